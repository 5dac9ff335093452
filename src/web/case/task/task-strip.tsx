import { lazy, Suspense } from "react";
import { workApi } from "../../api/work-api.ts";
import type { CaseTask } from "../../api/work-types.ts";
import { ProblemMessage } from "../../form/problem-message.tsx";
import { useAction } from "../../form/use-action.ts";
import { useDesk } from "../../live/desk-context.tsx";
import { usePerson } from "../../session/session-context.tsx";
import { Icon } from "../../shell/icon.tsx";
import { useTexts } from "../../texts/texts.tsx";
import { useOpenedCase } from "../draft/use-case.ts";
import { writeCase } from "../draft/write-case.ts";

const ContactAttempts = lazy(async () => {
  const { ContactAttempts: Attempts } = await import("../../second-level/contact-attempts.tsx");
  return { default: Attempts };
});

/** What the first level has to do about this case: take it, do it, give it back (REQ 4, contact back). */
export function TaskStrip() {
  const { view } = useOpenedCase().snapshot;
  const live = view.tasks.filter(({ state }) => state === "open" || state === "claimed");
  return live.map((task) => <TaskRow key={task.id} task={task} />);
}

function TaskRow({ task }: { task: CaseTask }) {
  const t = useTexts();
  const person = usePerson();
  const kind = task.kind as keyof typeof t.work.tasks.kind;
  const mine = task.claimedBy?.id === person.id;
  return (
    <section className="task-strip" aria-labelledby={`task-${task.id}`}>
      <div className="task-strip-top">
        <h3 id={`task-${task.id}`}>
          <Icon name="phone" /> {t.work.tasks.kind[kind] ?? t.work.tasks.unknownKind}
          {mine && <span className="task-mine"> · {t.work.tasks.mine}</span>}
        </h3>
        <TaskButtons task={task} mine={mine} />
      </div>
      <p>{t.work.tasks.hint[kind]}</p>
      {mine && kind === "contact_back" && <Attempts />}
      {mine && kind === "cancel_confirmation" && <CancelAnswer />}
    </section>
  );
}

function TaskButtons({ task, mine }: { task: CaseTask; mine: boolean }) {
  const t = useTexts();
  const { draft, snapshot } = useOpenedCase();
  const { dispatch } = useDesk();
  const { id } = snapshot.view;
  const turn = useAction(async () => {
    await (mine ? workApi.releaseTask(id, task.id) : workApi.claimTask(id, task.id));
    dispatch({ type: "lists_stale" });
    await draft.refresh();
  });
  if (task.claimedBy && !mine) return <p className="task-taken">{t.work.tasks.takenBy(task.claimedBy.name)}</p>;
  return (
    <>
      <button
        type="button"
        className={mine ? "btn btn-outline-primary btn-sm" : "btn btn-primary btn-sm"}
        disabled={turn.busy}
        onClick={() => void turn.run()}
      >
        {mine ? t.work.tasks.release : t.work.tasks.claim}
      </button>
      <ProblemMessage problem={turn.problem} />
    </>
  );
}

function Attempts() {
  const t = useTexts();
  const { draft } = useOpenedCase();
  return (
    <Suspense fallback={<p className="empty-line">{t.common.loading}</p>}>
      <ContactAttempts onChanged={() => void draft.refresh()} />
    </Suspense>
  );
}

/** The owner did not reply in time: the citizen was asked again and decides (REQ 2, cancel request). */
function CancelAnswer() {
  const t = useTexts();
  const { draft } = useOpenedCase();
  const { dispatch } = useDesk();
  const answer = useAction(async (decision: "granted" | "refused") => {
    await writeCase(draft, (id, version) => workApi.decideCancelRequest(id, version, decision));
    dispatch({ type: "lists_stale" });
    await draft.refresh();
  });
  return (
    <div className="task-answer">
      <button
        type="button"
        className="btn btn-primary btn-sm"
        disabled={answer.busy}
        onClick={() => void answer.run("granted")}
      >
        {t.work.tasks.citizenConfirms}
      </button>
      <button
        type="button"
        className="btn btn-outline-primary btn-sm"
        disabled={answer.busy}
        onClick={() => void answer.run("refused")}
      >
        {t.work.tasks.citizenKeeps}
      </button>
      <ProblemMessage problem={answer.problem} />
    </div>
  );
}
