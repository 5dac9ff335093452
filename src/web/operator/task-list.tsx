import { useEffect } from "react";
import type { LiveTask, Page, TaskView } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { workApi } from "../api/work-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useDesk } from "../live/desk-context.tsx";
import { usePerson } from "../session/session-context.tsx";
import { useTexts } from "../texts/texts.tsx";

/** Everybody's open tasks and one's own; asked again after a reconnection and after one's own doing, else by the feed. */
function useLiveTasks(): void {
  const { state, dispatch } = useDesk();
  const { id: me } = usePerson();
  const { listsStale } = state;
  const live = state.link === "live";
  useEffect(() => {
    if (!live) return;
    const take = ({ items }: Page<LiveTask>) => {
      const shown = items.filter((task) => task.state === "open" || task.claimedById === me);
      dispatch({ type: "tasks", tasks: shown.map((task) => taskView(task, me)) });
    };
    // Away for a moment: asked again at the next reconnection.
    api.tasks().then(take, () => undefined);
  }, [live, dispatch, me, listsStale]);
}

function taskView({ id, kind, caseId, caseNumber, claimedById, serviceName }: LiveTask, me: string): TaskView {
  return { taskId: id, kind, caseId, caseNumber, what: "opened", mine: claimedById === me, serviceName };
}

/** The first level's tasks beside the calls: taking one opens its case (REQ 4). */
export function TaskList() {
  const t = useTexts();
  const { tasks } = useDesk().state;
  useLiveTasks();
  return (
    <section aria-labelledby="tasks-title" className="work-list">
      <h2 id="tasks-title">
        {t.desk.tasks} {tasks.length > 0 && <span className="count">{tasks.length}</span>}
      </h2>
      {tasks.length === 0 && <p className="empty-line">{t.desk.tasksEmpty}</p>}
      <ul>
        {tasks.map((task) => (
          <TaskLine key={task.taskId} task={task} />
        ))}
      </ul>
    </section>
  );
}

function TaskLine({ task }: { task: TaskView }) {
  const t = useTexts();
  const { dispatch } = useDesk();
  const { kind } = t.work.tasks;
  const { caseId, caseNumber } = task;
  const open = () => dispatch({ type: "open_case", case: { caseId, number: caseNumber, callId: null } });
  const turn = useAction(async () => {
    await (task.mine ? workApi.releaseTask(caseId, task.taskId) : workApi.claimTask(caseId, task.taskId));
    dispatch({ type: "lists_stale" });
    if (!task.mine) open();
  });
  return (
    <li className="task-line">
      <button type="button" onClick={open}>
        <strong>{kind[task.kind as keyof typeof kind] ?? t.work.tasks.unknownKind}</strong>
        <span>{t.desk.caseNumber(caseNumber)}</span>
        <small>
          {task.mine && `${t.work.tasks.mine} · `}
          {task.serviceName}
        </small>
      </button>
      <button
        type="button"
        className="link-button task-turn"
        aria-label={`${task.mine ? t.work.tasks.release : t.work.tasks.claim}: ${t.desk.caseNumber(caseNumber)}`}
        disabled={turn.busy}
        onClick={() => void turn.run()}
      >
        {task.mine ? t.work.tasks.release : t.work.tasks.claim}
      </button>
      <ProblemMessage problem={turn.problem} />
    </li>
  );
}
