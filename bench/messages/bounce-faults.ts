import { readCase } from "../../src/cases/case-store.ts";
import { takeNotice } from "../../src/messages/bounces/take-notice.ts";
import { makeMark } from "../../src/messages/email/verp.ts";
import { verpSecret } from "../../test/support/messages.ts";
import { type NoticeStyle, noticeStyles } from "../../test/support/notice-styles.ts";
import type { Asked, MessageScene } from "./message-scene.ts";
import type { MessageTally } from "./message-tally.ts";

const stateOf: Record<NoticeStyle["verdict"], string> = {
  failed: "matched",
  delayed: "ignored",
  delivered: "ignored",
  auto_reply: "ignored",
  forged: "open",
  unmatched: "open",
  suspect: "open",
  foreign: "ignored",
};

/**
 * Sends `count` e-mails, brings a notice about each, in every style in turn, twice: right when verdict, place and the
 * case are as they should be and the second reading changed nothing. @returns checks
 */
export async function generatedBounces(scene: MessageScene, tally: MessageTally, count: number): Promise<number> {
  await scene.startCopies(1);
  const all: Asked[] = [];
  for (let n = 0; n < count; n++) all.push(await scene.email());
  await scene.settled();
  await scene.stopCopies();
  for (const [n, asked] of all.entries()) {
    const style = noticeStyles[n % noticeStyles.length]!;
    if (await isRight(scene, style, asked)) tally.bounces_right += 1;
    else {
      tally.bounces_wrong += 1;
      console.log(`  wrong: ${style.name}`);
    }
  }
  return count;
}

async function isRight(scene: MessageScene, style: NoticeStyle, { messageId, caseId, address }: Asked) {
  const { pool } = scene.database;
  const secret = style.mark === "forged" ? "a secret of somebody else" : verpSecret;
  const mark = style.mark === "none" ? "nobody" : makeMark({ messageId, try: 1 }, secret);
  const raw = style.write(mark, address);
  const taken = await takeNotice(pool, verpSecret, "check", raw);
  const again = await takeNotice(pool, verpSecret, "check", raw);
  const { rows } = await scene.sql("select count(*)::int as n from case_tasks where case_id = $1 and state = 'open'", [
    caseId,
  ]);
  const record = await readCase(pool, caseId);
  const failed = style.verdict === "failed";
  return (
    taken.verdict === style.verdict &&
    taken.state === stateOf[style.verdict] &&
    !taken.repeated &&
    again.repeated &&
    record?.attribute === (failed ? "not_communicated" : "communicated") &&
    rows[0]?.n === (failed ? 1 : 0)
  );
}
