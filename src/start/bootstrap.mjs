// First file of `npm start` and `npm test`: plain JavaScript without a dependency, since the packages may be missing.
// It installs them, runs the launcher (or the tests) in a session of its own and hands signals on.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = join(dirname(fileURLToPath(import.meta.url)), "../..");
const testing = process.argv[2] === "test";
process.chdir(checkout);
checkNode();
installPackages();
run();

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`);
}

/** npm ci, unless node_modules was made from this very lock file. */
function installPackages() {
  const lock = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
  const stamp = "node_modules/.055055-lock";
  const made = "node_modules/.package-lock.json";
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  if (!existsSync(stamp) && existsSync(made) && statSync(made).mtimeMs >= statSync("package-lock.json").mtimeMs) {
    writeFileSync(stamp, lock);
    return;
  }
  console.log("Packages ... npm ci (a minute or two the first time)");
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  const result = spawnSync(command, [...first, "ci", "--no-audit", "--no-fund"], { stdio: "inherit" });
  if (result.status !== 0) fail("The packages could not be installed: see npm's message above.");
  writeFileSync(stamp, lock);
}

function run() {
  const file = testing ? "test/support/set-up.ts" : "src/start/start.ts";
  const child = spawn(process.execPath, ["--import", "tsx", file, ...process.argv.slice(testing ? 3 : 2)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // A session of its own: Ctrl-C in the terminal reaches only this process, which hands it on once, so that
    // PostgreSQL and Asterisk end last and in order.
    detached: true,
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
  endWithNpm(child);
}

/** npm hands SIGTERM to a shell that may die of it alone: then this process has lost its parent and has to end, too. */
function endWithNpm(child) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => (process.ppid === parent ? undefined : child.kill("SIGTERM")), 500).unref();
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
