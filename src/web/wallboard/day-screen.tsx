import "../style/wallboard.css";
import { type BoardFigure, type Day, type HalfHour, settingsApi } from "../api/settings-api.ts";
import { TableScroll } from "../list/table-scroll.tsx";
import { ListBody, OneColumn } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { hashOf } from "../shell/hash-router.ts";
import { Icon } from "../shell/icon.tsx";
import { sayDuration } from "../texts/said-dates.ts";
import { sayTime } from "../texts/said-days.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useSpeech } from "../texts/texts.tsx";
import { DayChart, type DayLine, PictureKey } from "./day-chart.tsx";
import { ReasonPicture } from "./reason-picture.tsx";
import { sayFigure } from "./wallboard-screen.tsx";

const everyMs = 15_000;
/** Seconds that are said in a round way: 0:30, 1:00, not 0:50, 1:40. */
const wholeTimes = [15, 30, 60, 120, 300, 600, 1_800, 3_600];

/** Today in pictures, each with its table: waits, service level, reasons by agency. */
export function DayScreen() {
  const { day: t } = useSettingsTexts();
  const read = async () => ({ items: [await settingsApi.day()], nextCursor: null });
  const list = useList("day", read, everyMs);
  const targets = useList("day targets", async () => settingsApi.board().then(pageOf), everyMs);
  const day = list.items[0];
  const target = (figure: string) => targets.items.find((one) => one.figure === figure)?.target ?? null;
  const called = day !== undefined && day.halfHours.length > 0;
  return (
    <OneColumn title={t.title}>
      <p className="button-row">
        <a href={hashOf("bacheca")} className="btn btn-outline-primary btn-sm">
          <Icon name="chart" /> {t.openBoard}
        </a>
      </p>
      <ListBody list={list} empty={t.none}>
        {day && !called && <p className="empty">{t.none}</p>}
        {day && called && (
          <>
            <Waits day={day} target={target("longest_wait")} />
            <ServiceLevel day={day} target={target("service_level")} />
          </>
        )}
        {day && <ReasonPicture reasons={day.reasons} />}
      </ListBody>
    </OneColumn>
  );
}

function pageOf({ items }: { items: BoardFigure[] }) {
  return { items, nextCursor: null };
}

type PictureProps = { day: Day; target: number | null };
const secondsOf = ({ from }: HalfHour) => Date.parse(from) / 1_000;

function Waits({ day: { halfHours }, target }: PictureProps) {
  const { day: t } = useSettingsTexts();
  const longest = Math.max(0, ...halfHours.map(({ longestWait }) => longestWait ?? 0));
  const lines: DayLine[] = [
    { label: t.meanWait, stroke: "#0059b3", values: halfHours.map(({ meanWait }) => meanWait) },
    { label: t.longestWait, stroke: "#8a5300", values: halfHours.map(({ longestWait }) => longestWait) },
    ...targetLine(t.targetLine, target, halfHours.length),
  ];
  return (
    <section className="screen-part" aria-labelledby="day-waits">
      <h2 id="day-waits">{t.waits}</h2>
      <div className="picture-row">
        <div>
          <DayChart
            summary={t.waitsSummary(halfHours.length, sayDuration(longest))}
            at={halfHours.map(secondsOf)}
            lines={lines}
            sayValue={sayDuration}
            atLeast={Math.max(60, target ?? 0)}
            steps={wholeTimes}
          />
          <PictureKey entries={lines} />
        </div>
        <HalfHourTable
          caption={t.waits}
          halfHours={halfHours}
          columns={[
            [t.answered, ({ answered }) => String(answered)],
            [t.meanWait, ({ meanWait }) => (meanWait === null ? "—" : sayDuration(meanWait))],
            [t.longestWait, ({ longestWait }) => (longestWait === null ? "—" : sayDuration(longestWait))],
          ]}
        />
      </div>
    </section>
  );
}

function ServiceLevel({ day: { halfHours, serviceLevelSeconds }, target }: PictureProps) {
  const { day: t } = useSettingsTexts();
  const { language } = useSpeech();
  const percent = (value: number | null) => sayFigure(value, "percent", language);
  const sum = (count: (one: HalfHour) => number) => halfHours.reduce((all, one) => all + count(one), 0);
  const ended = sum((one) => one.answered + one.abandoned + one.otherEnds);
  const whole = ended === 0 ? null : Math.round((sum(({ inTime }) => inTime) / ended) * 1_000) / 10;
  const lines: DayLine[] = [
    {
      ...{ label: t.serviceLevel(serviceLevelSeconds), stroke: "#00694a", fill: "rgba(0, 105, 74, 0.12)" },
      values: halfHours.map(({ serviceLevel }) => serviceLevel),
    },
    ...targetLine(t.targetLine, target, halfHours.length),
  ];
  return (
    <section className="screen-part" aria-labelledby="day-level">
      <h2 id="day-level">{t.serviceLevel(serviceLevelSeconds)}</h2>
      <div className="picture-row">
        <div>
          <DayChart
            summary={t.levelSummary(percent(whole))}
            at={halfHours.map(secondsOf)}
            lines={lines}
            sayValue={(value) => (value > 100 ? "" : percent(value))}
            atLeast={100}
          />
          <PictureKey entries={lines} />
        </div>
        <HalfHourTable
          caption={t.serviceLevel(serviceLevelSeconds)}
          halfHours={halfHours}
          columns={[
            [t.answered, ({ answered }) => String(answered)],
            [t.abandoned, ({ abandoned }) => String(abandoned)],
            [t.inTime(serviceLevelSeconds), ({ inTime }) => String(inTime)],
            ["%", ({ serviceLevel }) => percent(serviceLevel)],
          ]}
        />
      </div>
    </section>
  );
}

function targetLine(label: string, target: number | null, length: number): DayLine[] {
  if (target === null) return [];
  return [{ label, stroke: "#5b3fb0", dash: [8, 5], values: Array.from({ length }, () => target) }];
}

type Column = [name: string, say: (halfHour: HalfHour) => string];
type HalfHourTableProps = { caption: string; halfHours: HalfHour[]; columns: Column[] };

function HalfHourTable({ caption, halfHours, columns }: HalfHourTableProps) {
  const { day: t } = useSettingsTexts();
  return (
    <TableScroll label={t.tableOf(caption)}>
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t.time}</th>
            {columns.map(([name]) => (
              <th key={name} scope="col" className="is-number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {halfHours.map((one) => (
            <tr key={one.from}>
              <th scope="row">{sayTime(one.from)}</th>
              {columns.map(([name, say]) => (
                <td key={name} className="number">
                  {say(one)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
