import { appendFile, cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export const strategies = ["rrmemory", "leastrecent"] as const;
export type Strategy = (typeof strategies)[number];

/** Number that a citizen dials for the switch's own queue with this strategy. */
export const queueNumber: Record<Strategy, string> = { rrmemory: "0559901", leastrecent: "0559902" };

/**
 * A copy of dialplan/ with Asterisk's own queue beside the program: same trunk, same phone accounts, same modules and
 * log level. Answered as the program does, without waiting half a second for the citizen's voice; no announcement, no
 * wrap-up.
 */
export async function writeBenchDialplan(dialplanDir: string, target: string, accounts: string[]): Promise<void> {
  await cp(dialplanDir, target, { recursive: true });
  // SIPp sends no sound: who waits for long must not be taken for somebody who vanished.
  const sip = join(target, "pjsip.conf");
  await writeFile(sip, (await readFile(sip, "utf8")).replace(/^rtp_timeout = \d+/m, "rtp_timeout = 600"));
  const numbers = strategies.map((strategy) =>
    [
      `exten => ${queueNumber[strategy]},1,Answer(,i)`,
      ` same => n,Queue(bench-${strategy})`,
      " same => n,Hangup()",
    ].join("\n"),
  );
  await appendFile(join(target, "extensions.conf"), `\n[from-trunk](+)\n${numbers.join("\n")}\n`);
  const members = accounts.map((account) => `member => PJSIP/${account},0,${account},PJSIP/${account}`).join("\n");
  const queues = strategies.map((strategy) => {
    const settings = ["timeout = 20", "retry = 1", "ringinuse = no", "wrapuptime = 0", "maxlen = 0", "joinempty = yes"];
    return [`[bench-${strategy}]`, `strategy = ${strategy}`, ...settings, members].join("\n");
  });
  await appendFile(join(target, "queues.conf"), `\n${queues.join("\n\n")}\n`);
}
