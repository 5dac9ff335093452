import { useDesk } from "../live/desk-context.tsx";
import type { Announcement } from "../live/desk-state.ts";
import { sayNumber } from "../texts/said-dates.ts";
import { type Texts, useTexts } from "../texts/texts.tsx";

export function announcementSentence(said: Announcement, t: Texts): string {
  switch (said.what) {
    case "offer": {
      const who = [said.name, said.caller ? sayNumber(said.caller) : t.call.anonymous].filter(Boolean).join(", ");
      return `${t.call.incoming}: ${who}`;
    }
    case "offer_ended":
      return t.offerEnded[said.reason];
    case "state":
      return `${t.state.label}: ${t.state[said.state]}`;
    case "call":
      return said.ended ? t.call.ended : said.held ? t.call.onHold : t.call.talking;
    case "link":
      return said.link === "lost" ? t.link.lost : t.link.live;
    case "task":
      return t.desk.tasks;
    case "transfer":
      return said.result ? t.work.transfer.result[said.result] : t.work.transfer.state[said.state];
  }
}

/** What a screen reader hears: arriving calls interrupt (assertive), states wait for a pause (polite). */
export function LiveRegions() {
  const t = useTexts();
  const { announcement } = useDesk().state;
  const sentence = announcement ? announcementSentence(announcement, t) : "";
  return (
    <>
      <div className="visually-hidden" aria-live="assertive" data-live="assertive">
        {announcement?.urgent ? sentence : ""}
      </div>
      <div className="visually-hidden" aria-live="polite" data-live="polite">
        {announcement && !announcement.urgent ? sentence : ""}
      </div>
    </>
  );
}
