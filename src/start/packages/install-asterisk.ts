import { existsSync } from "node:fs";
import { join } from "node:path";
import { isRoot, runCommand } from "../machine/run-command.ts";
import { isVersionAtLeast, makeRoot, packageVersion, removeRoot } from "./debian-root.ts";

/** 22.10.1 closes twenty advisories of 22.10.0 and is the first release with all of StasisBroadcast. */
export const oldestAsterisk = "22.10.1";

const packages = ["asterisk", "asterisk-core-sounds-it-wav", "asterisk-core-sounds-en-wav", "asterisk-moh-opsound-wav"];

export type InstalledAsterisk = { /** null = this machine's own */ root: string | null; version: string; how: string };

/**
 * Finds an Asterisk that is new enough: this machine's own if it is installed, else one in a cached Debian root
 * (a package of a newer release can not be mixed into the machine, and its service would start by itself).
 */
export async function installAsterisk(cacheDir: string, mirror: string | null): Promise<InstalledAsterisk> {
  const own = await ownVersion();
  if (own && isVersionAtLeast(own, oldestAsterisk)) return { root: null, version: own, how: "this machine's own" };
  if (!isRoot) {
    throw new Error(
      `Asterisk >= ${oldestAsterisk} is not installed, and one in a root of its own needs root: run \`sudo npm start\`, ` +
        "install Asterisk with its Italian sounds, or set ASTERISK_URLS to one that runs.",
    );
  }
  const root = join(cacheDir, "asterisk-root");
  const cached = await packageVersion(root, "asterisk");
  if (cached && isVersionAtLeast(cached, oldestAsterisk)) {
    return { root, version: shortVersion(cached), how: "already there" };
  }
  if (existsSync(root)) await removeRoot(root);
  const suite = (await aptOffersIt()) ?? "forky";
  await makeRoot({ path: root, suite, packages, mirror, what: `Asterisk ${oldestAsterisk}` });
  const made = await packageVersion(root, "asterisk");
  if (!made || !isVersionAtLeast(made, oldestAsterisk)) {
    throw new Error(`The mirror's ${suite} has Asterisk ${made ?? "not at all"}, ${oldestAsterisk} is needed.`);
  }
  return { root, version: shortVersion(made), how: "made" };
}

const shortVersion = (version: string) => /^[\d.]+/.exec(version)?.[0] ?? version;

/** Both the program and the Italian voice must be there. */
async function ownVersion(): Promise<string | null> {
  if (!existsSync("/usr/share/asterisk/sounds/it_IT_m_Carlo")) return null;
  const answer = await runCommand("asterisk", ["-V"]);
  return /Asterisk (\d+\.\d+\.\d+)/.exec(answer.output)?.[1] ?? null;
}

/** The release whose apt would install a new enough Asterisk here: then the root is of that release. */
async function aptOffersIt(): Promise<string | null> {
  const policy = await runCommand("apt-cache", ["policy", "asterisk"]);
  const candidate = /Candidate: (?:\d+:)?(\d+\.\d+\.\d+)/.exec(policy.output)?.[1];
  if (!candidate || !isVersionAtLeast(candidate, oldestAsterisk)) return null;
  const release = await runCommand("sh", ["-c", ". /etc/os-release; echo $VERSION_CODENAME"]);
  return release.output.trim() || null;
}
