/**
 * `npm run screenshots`: a centre of its own (`npm start`'s parts, own folder and ports), a morning of calls in its
 * database, then real calls and the demo's scripted people, while a browser signs in as each role and takes the
 * README's pictures into ops/screenshots. `-- --minutes=2` says how long the day goes on. Prints one JSON line; exits 1
 * when a picture is missing or all together are too heavy for a README.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { errorText } from "../src/errors.ts";
import { anyTcpPort, rtpPorts } from "../src/start/machine/free-ports.ts";
import { mustRun } from "../src/start/machine/run-command.ts";
import { installPrograms } from "../src/start/packages/apt.ts";
import { liveMorning } from "./screenshots/morning.ts";
import { pictureNames, takePictures } from "./screenshots/pictures.ts";

const checkout = process.cwd();
const target = join(checkout, "ops/screenshots");
const limitBytes = 1_200_000;
const startMs = 300_000;

export type Centre = { web: string; db: string; demo: { login: string; password: string; seat: string | null }[] };

const children: ChildProcess[] = [];

function run(file: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, [...file.split(" "), ...args], { cwd: checkout, env, stdio: ["ignore", 2, 2] });
  children.push(child);
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

/** Ready when its file is there; whoever ends before that has said why. */
async function centreOf(runDir: string, env: NodeJS.ProcessEnv): Promise<Centre> {
  const launcher = run("src/start/bootstrap.mjs", [], env);
  const limit = performance.now() + startMs;
  for (;;) {
    const text = await readFile(join(runDir, "ready.json"), "utf8").catch(() => null);
    if (text) return JSON.parse(text) as Centre;
    if (launcher.exitCode !== null || performance.now() > limit) throw new Error("The centre did not start.");
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: "string", default: "1.5" } } });
  // Below /var/tmp, which PostgreSQL's own user can reach.
  const runDir = await mkdtemp("/var/tmp/055055-pictures-");
  await chmod(runDir, 0o755);
  const pictures = join(runDir, "pictures");
  await mkdir(pictures);
  await installPrograms({ pngquant: "pngquant" });
  const { rtpFirst, rtpLast } = rtpPorts();
  const [web, sip, ari, db, messages] = await Promise.all([1, 2, 3, 4, 5].map(() => anyTcpPort()));
  const env = {
    ...process.env,
    ...{ RUN_DIR: runDir, PORT: `${web}`, SIP_PORT: `${sip}`, ARI_PORT: `${ari}`, DB_PORT: `${db}` },
    ...{ DEMO_MESSAGES_PORT: `${messages}`, RTP_PORTS: `${rtpFirst}-${rtpLast}`, PUBLIC_URL: "" },
  };
  try {
    const centre = await centreOf(runDir, env);
    await liveMorning(centre.db);
    await takePictures(centre, pictures, {
      call: () => ended(run("--import tsx src/demo/demo-call.ts", [], env)),
      day: () => ended(run("--import tsx src/demo/demo-day.ts", [`--minutes=${values.minutes}`], env)),
    });
    await keep(pictures);
  } finally {
    for (const child of children.reverse()) {
      child.kill("SIGTERM");
      await ended(child);
    }
    await rm(runDir, { recursive: true, force: true });
  }
}

/** 256 colours are enough for a page; the README must load. */
async function keep(pictures: string): Promise<void> {
  await mkdir(target, { recursive: true });
  let bytes = 0;
  for (const name of pictureNames) {
    const small = join(pictures, `${name}.small.png`);
    const args = [
      "--quality=60-95",
      "--speed=1",
      "--strip",
      "--force",
      "--output",
      small,
      join(pictures, `${name}.png`),
    ];
    await mustRun("pngquant", args, `The picture ${name} could not be made smaller.`);
    await copyFile(small, join(target, `${name}.png`));
    bytes += (await stat(small)).size;
  }
  console.log(JSON.stringify({ pictures: pictureNames.length, bytes, limitBytes }));
  if (bytes > limitBytes) process.exitCode = 1;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    process.exitCode = 130;
    for (const child of children) child.kill("SIGTERM");
  });
}

void main().catch((error: unknown) => {
  console.error(errorText(error));
  process.exitCode = 1;
});
