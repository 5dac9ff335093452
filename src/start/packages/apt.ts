import { readFile } from "node:fs/promises";
import { isInstalled, isRoot, mustRun, runCommand } from "../machine/run-command.ts";

/**
 * Debian's mirror as this machine's apt has it, e.g. for a root of another suite: the one that serves `main` of the
 * release that runs here.
 * @throws Error when apt names none (not a Debian machine).
 */
export async function debianMirror(): Promise<string> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const codename = /^VERSION_CODENAME="?([a-z]+)/m.exec(release)?.[1] ?? "stable";
  const format = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)";
  const targets = await runCommand("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]);
  const debian = /^ID(_LIKE)?="?.*debian/m.test(release) && !/^ID="?ubuntu/m.test(release);
  for (const line of debian ? targets.output.split("\n") : []) {
    const [uri = "", suite, component] = line.split("|");
    if (component === "main" && suite === codename && /^https?:/.test(uri)) return uri;
  }
  throw new Error(
    "This machine's apt names no Debian mirror: set DEBIAN_MIRROR to one, or ASTERISK_URLS to an Asterisk >= 22.10.1.",
  );
}

/** Installs what is missing; each program is looked for by name, its package may be called otherwise. */
export async function installPrograms(wanted: Record<string, string>): Promise<string[]> {
  const missing: string[] = [];
  for (const [program, debianPackage] of Object.entries(wanted)) {
    if (!(await isInstalled(program))) missing.push(debianPackage);
  }
  if (missing.length === 0) return [];
  const names = missing.join(" ");
  if (!isRoot)
    throw new Error(`These programs are missing: run \`sudo apt-get install ${names}\` once, then start again.`);
  await runCommand("apt-get", ["update", "-q"]);
  const install = ["install", "-y", "-q", "--no-install-recommends", ...missing];
  await mustRun(
    "env",
    ["DEBIAN_FRONTEND=noninteractive", "apt-get", ...install],
    `apt-get could not install ${names}.`,
  );
  return missing;
}
