import { mayUse } from "../../people/permissions.ts";
import { screenApi } from "../api/screen-api.ts";
import type { CallLine, OperatorLine } from "../api/screen-types.ts";
import { ListBody, OneColumn } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { Elapsed } from "../shell/clock-display.tsx";
import { sayNumber } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { OperatorTable } from "./operator-table.tsx";

/** How often the room is looked at again; its rows change with every call. */
const everyMs = 3_000;

/** The room now: six figures, who works, who waits. */
export function RoomScreen() {
  const { room: t } = useScreenTexts();
  const person = usePerson();
  const operators = useList("operators", () => screenApi.operators(), everyMs);
  const readsCalls = mayUse(person, "call.read");
  return (
    <OneColumn title={t.title}>
      {readsCalls ? (
        <RoomWithCalls operators={operators.items} />
      ) : (
        <Figures operators={operators.items} calls={null} />
      )}
      <section className="screen-part" aria-labelledby="room-operators">
        <h2 id="room-operators">{t.operators}</h2>
        <ListBody list={operators} empty={t.noOperators}>
          <OperatorTable operators={operators.items} onChanged={operators.again} />
        </ListBody>
      </section>
    </OneColumn>
  );
}

type LiveCalls = { ivr: CallLine[]; waiting: CallLine[]; talking: CallLine[] };

function RoomWithCalls({ operators }: { operators: OperatorLine[] }) {
  const { room: t } = useScreenTexts();
  const read = (state: string) => () => screenApi.calls({ state, limit: 100 });
  const ivr = useList("calls ivr", read("ivr"), everyMs);
  const waiting = useList("calls waiting", read("waiting"), everyMs);
  const offered = useList("calls offered", read("offered"), everyMs);
  const talking = useList("calls talking", read("talking"), everyMs);
  const queue = [...waiting.items, ...offered.items].sort((a, b) => sinceOf(a).localeCompare(sinceOf(b)));
  return (
    <>
      <Figures operators={operators} calls={{ ivr: ivr.items, waiting: queue, talking: talking.items }} />
      <section className="screen-part" aria-labelledby="room-queue">
        <h2 id="room-queue">{t.queue}</h2>
        <ListBody list={{ ...waiting, items: queue, more: null }} empty={t.nobodyWaits}>
          <QueueTable calls={queue} />
        </ListBody>
      </section>
    </>
  );
}

function sinceOf(call: CallLine): string {
  return call.queuedAt ?? call.startedAt;
}

function Figures({ operators, calls }: { operators: OperatorLine[]; calls: LiveCalls | null }) {
  const { room: t } = useScreenTexts();
  const count = (...states: string[]) => operators.filter(({ state }) => states.includes(state)).length;
  const longest = calls?.waiting[0];
  return (
    <dl className="figure-row">
      {calls && (
        <>
          <Figure name={t.figures.waiting} value={calls.waiting.length} />
          <div>
            <dt>{t.figures.longest}</dt>
            <dd>{longest ? <Elapsed since={sinceOf(longest)} /> : "—"}</dd>
          </div>
          <Figure name={t.figures.ivr} value={calls.ivr.length} />
          <Figure name={t.figures.talking} value={calls.talking.length} />
        </>
      )}
      <Figure name={t.figures.free} value={count("available")} />
      <Figure name={t.figures.away} value={count("pause", "not_answering")} />
    </dl>
  );
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function QueueTable({ calls }: { calls: CallLine[] }) {
  const { room: t } = useScreenTexts();
  const { call } = useTexts();
  return (
    <div className="table-scroll">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t.place}</th>
            <th scope="col">{t.caller}</th>
            <th scope="col">{t.language}</th>
            <th scope="col">{t.waits}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((line, index) => (
            <tr key={line.id}>
              <td className="number">{index + 1}</td>
              <td>{line.callerE164 ? sayNumber(line.callerE164) : call.anonymous}</td>
              <td>{line.language.toUpperCase()}</td>
              <td className="number">
                <Elapsed since={sinceOf(line)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
