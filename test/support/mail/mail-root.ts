import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeRoot, packageVersion, removeRoot } from "../../../src/start/packages/debian-root.ts";

/** Its Dovecot is 2.3: the settings in mail-servers.ts are written for it. */
const suite = "bookworm";
const packages = ["postfix", "dovecot-imapd", "dovecot-lmtpd"];

/** A Debian root with Postfix and Dovecot in the cache folder, made when first needed (about a minute). */
export async function mailRoot(cacheDir: string, mirror: string | null): Promise<string> {
  const root = join(cacheDir, "mail-root");
  const there = await Promise.all(packages.map((name) => packageVersion(root, name)));
  if (there.every((version) => version !== null)) return root;
  if (existsSync(root)) await removeRoot(root);
  const answers = ["postfix postfix/main_mailer_type select No configuration"];
  await makeRoot({ path: root, suite, packages, mirror, answers, what: "The tests' mail server" });
  return root;
}
