import { mkdir, readdir, readFile, rename, rm, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isRoot, mustRun } from "../machine/run-command.ts";
import { debianMirror, installPrograms } from "./apt.ts";

export type RootPlan = {
  /** Folder of the finished root. */
  path: string;
  /** Debian release, e.g. forky. */
  suite: string;
  packages: string[];
  /** null = the mirror of this machine's apt. */
  mirror: string | null;
  /** Why the root is needed, for the sentence to a user who is not root: "Asterisk 22.10.1". */
  what: string;
  /** Answers to questions that a package asks while it is unpacked (debconf-set-selections). */
  answers?: string[];
};

/** Version of an installed package inside a root, without epoch; null when it is not there. */
export async function packageVersion(root: string, name: string): Promise<string | null> {
  const status = await readFile(join(root, "var/lib/dpkg/status"), "utf8").catch(() => "");
  const paragraph = status.split("\n\n").find((text) => text.startsWith(`Package: ${name}\n`));
  if (!paragraph?.includes("\nStatus: install ok installed\n")) return null;
  return /^Version: (?:\d+:)?(.+)$/m.exec(paragraph)?.[1] ?? null;
}

/** `22.10.1+dfsg` against `22.10.1`, number by number. */
export function isVersionAtLeast(version: string, wanted: string): boolean {
  const numbers = (text: string) => (/^[\d.]+/.exec(text)?.[0] ?? "0").split(".").map(Number);
  const [have, want] = [numbers(version), numbers(wanted)];
  for (let i = 0; i < want.length; i++) {
    if ((have[i] ?? 0) !== want[i]) return (have[i] ?? 0) > want[i]!;
  }
  return true;
}

/**
 * Makes a Debian root with the packages named, about a minute. It is built under another name and renamed when whole,
 * so that a root that exists is always complete; what an interrupted build left is removed.
 * @throws Error with a sentence that says what to do: not root, no mirror, no room.
 */
export async function makeRoot(plan: RootPlan): Promise<void> {
  if (!isRoot) {
    throw new Error(`${plan.what} is not installed and making it ready needs root: run \`sudo npm start\` once.`);
  }
  const parent = dirname(plan.path);
  await mkdir(parent, { recursive: true, mode: 0o755 });
  await removeUnfinished(parent, plan.path);
  const disk = await statfs(parent);
  if (disk.bavail * disk.bsize < 1.5e9)
    throw new Error(`${parent} has less than 1.5 GB free: set CACHE_DIR to another disk.`);
  await installPrograms({ mmdebstrap: "mmdebstrap" });
  const mirror = plan.mirror ?? (await debianMirror());
  const building = `${plan.path}.making-${process.pid}`;
  const args = ["--variant=apt", `--aptopt=Acquire::Check-Valid-Until "false"`, `--include=${plan.packages.join(",")}`];
  if (plan.answers) {
    const lines = plan.answers.map((line) => `'${line}'`).join(" ");
    args.unshift(`--essential-hook=printf '%s\\n' ${lines} | chroot "$1" debconf-set-selections`);
  }
  const sentence = `${plan.what} could not be fetched from the mirror that apt uses here.`;
  await mustRun("mmdebstrap", [...args, plan.suite, building, mirror], sentence);
  await rm(join(building, "var/cache/apt"), { recursive: true, force: true });
  await writeFile(join(building, "etc/hosts"), "127.0.0.1 localhost\n");
  await rename(building, plan.path);
}

/** Never crosses into another file system: a root may have something mounted in it (it never should). */
export async function removeRoot(path: string): Promise<void> {
  await mustRun("rm", ["-rf", "--one-file-system", path], `${path} could not be removed.`);
}

async function removeUnfinished(parent: string, path: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const full = join(parent, name);
    const pid = full.startsWith(`${path}.making-`) ? Number(full.split("-").pop()) : 0;
    if (pid > 0 && !(await isAlive(pid))) await removeRoot(full);
  }
}

async function isAlive(pid: number): Promise<boolean> {
  return readFile(`/proc/${pid}/stat`).then(
    () => true,
    () => false,
  );
}
