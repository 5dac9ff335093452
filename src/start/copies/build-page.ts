import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../machine/run-command.ts";

/**
 * Builds src/web into build/page when its files or the packages changed; the old page stays until the new one is whole.
 * @returns what was done, for the step's line.
 */
export async function buildPage(checkout: string): Promise<string> {
  const source = join(checkout, "src/web");
  if (!existsSync(join(source, "index.html"))) return "no page in this checkout";
  const target = join(checkout, "build/page");
  const stamp = join(checkout, "build/page.sha256");
  const hash = await hashOf([join(checkout, "package-lock.json"), ...(await filesBelow(source))]);
  if (existsSync(target) && (await readFile(stamp, "utf8").catch(() => "")) === hash) return "already built";
  const making = join(checkout, `build/page.making-${process.pid}`);
  const vite = join(checkout, "node_modules/vite/bin/vite.js");
  const config = join(source, "vite.config.ts");
  const args = [vite, "build", "--config", config, "--outDir", making, "--emptyOutDir", "--logLevel", "warn"];
  const built = await runCommand(process.execPath, args, { cwd: checkout });
  if (built.code !== 0) {
    await rm(making, { recursive: true, force: true });
    throw new Error(`The page could not be built:\n${built.output.trim().split("\n").slice(-15).join("\n")}`);
  }
  await rm(target, { recursive: true, force: true });
  await rename(making, target);
  await writeFile(stamp, hash);
  return "built";
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function hashOf(files: string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(await readFile(file));
  return hash.digest("hex");
}
