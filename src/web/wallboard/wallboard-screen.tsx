import "../style/screens.css";
import "../style/wallboard.css";
import { useState } from "react";
import { isAtLeast } from "../../wallboard/wallboard.ts";
import { type Board, type BoardFigure, settingsApi } from "../api/settings-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useList } from "../list/use-list.ts";
import { useServerNow } from "../shell/clock-display.tsx";
import { hashOf } from "../shell/hash-router.ts";
import { Icon } from "../shell/icon.tsx";
import { sayDuration } from "../texts/said-dates.ts";
import { sayTime } from "../texts/said-days.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";

const everyMs = 3_000;
/** From then on the figures are not the present any more, and the board says so. */
const oldMs = 15_000;

/** Six figures with their targets, to be read across a room: nothing else is on this page. */
export function WallboardScreen() {
  const { wallboard: t } = useSettingsTexts();
  const shared = useTexts();
  const list = useList("wallboard", async () => ({ items: [await settingsApi.board()], nextCursor: null }), everyMs);
  const board = list.items[0];
  return (
    <div className="wallboard">
      <div className="wallboard-head">
        <h1>{t.title}</h1>
        {board && <BoardClock board={board} />}
        <div className="button-row">
          <WholeScreen />
          <a href={hashOf("andamento")} className="btn btn-outline-primary btn-sm">
            {t.leave}
          </a>
        </div>
      </div>
      <ProblemMessage problem={list.problem} />
      {list.loading && <p className="empty">{shared.common.loading}</p>}
      {board && (
        <ul className="wallboard-figures" aria-label={t.figuresLabel}>
          {board.items.map((figure) => (
            <Tile key={figure.figure} figure={figure} board={board} />
          ))}
        </ul>
      )}
    </div>
  );
}

function BoardClock({ board }: { board: Board }) {
  const { wallboard: t } = useSettingsTexts();
  const now = useServerNow();
  const old = now - Date.parse(board.at) > oldMs;
  return (
    <p className={old ? "wallboard-clock is-old" : "wallboard-clock"}>
      <span>{t.talking(board.talking)}</span>
      <strong className="timer">{old ? t.old(sayTime(board.at, true)) : sayTime(new Date(now).toISOString())}</strong>
    </p>
  );
}

/** The browser refuses when it is not allowed to: then the page stays as it is. */
function WholeScreen() {
  const { wallboard: t } = useSettingsTexts();
  const [whole, setWhole] = useState(document.fullscreenElement !== null);
  if (!document.fullscreenEnabled) return null;
  const change = () => {
    const done = whole ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    done.then(
      () => setWhole(!whole),
      () => setWhole(document.fullscreenElement !== null),
    );
  };
  return (
    <button type="button" className="btn btn-outline-primary btn-sm" onClick={change}>
      {whole ? t.smaller : t.whole}
    </button>
  );
}

function Tile({ figure, board }: { figure: BoardFigure; board: Board }) {
  const { wallboard: t } = useSettingsTexts();
  const { language } = useSpeech();
  const judged = figure.meets === null ? "is-open" : figure.meets ? "is-met" : "is-missed";
  return (
    <li className={`wallboard-tile ${judged}`}>
      <h2>{t.figures[figure.figure](board.serviceLevelSeconds)}</h2>
      <p className="wallboard-value timer">
        {figure.figure === "longest_wait" && board.waitingSince ? (
          <Waiting since={board.waitingSince} />
        ) : (
          sayFigure(figure.value, figure.unit, language)
        )}
      </p>
      <p className="wallboard-target">
        {figure.meets !== null && <Icon name={figure.meets ? "check" : "warning"} />}
        <span>
          {t.target(isAtLeast(figure.figure), sayFigure(figure.target, figure.unit, language))}
          {figure.meets !== null && <strong> · {figure.meets ? t.met : t.missed}</strong>}
        </span>
      </p>
    </li>
  );
}

function Waiting({ since }: { since: string }) {
  return sayDuration((useServerNow() - Date.parse(since)) / 1_000);
}

export function sayFigure(value: number | null, unit: BoardFigure["unit"], language: "it" | "en"): string {
  if (value === null) return "—";
  if (unit === "seconds") return sayDuration(value);
  const said = new Intl.NumberFormat(language === "it" ? "it-IT" : "en-GB", { maximumFractionDigits: 1 }).format(value);
  return unit === "percent" ? `${said}%` : said;
}
