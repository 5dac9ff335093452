import { randomBytes } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { startEmbeddedDatabase } from "../database/embedded-server.ts";
import { migrate } from "../database/migrate.ts";
import { errorText } from "../errors.ts";
import { loadDemoData } from "../organisation/demo-data.ts";
import { makeFirstAdministrator } from "../people/first-administrator.ts";
import { startAsterisk } from "./asterisk-server.ts";
import { buildPage } from "./copies/build-page.ts";
import { type Copies, startCopies } from "./copies/copies.ts";
import { startForwarder } from "./copies/forwarder.ts";
import { startMessageStandIns } from "./copies/message-stand-ins.ts";
import { sipPort, tcpPort } from "./machine/free-ports.ts";
import { knownProcess } from "./machine/leftovers.ts";
import { addMediaInterface } from "./machine/media-address.ts";
import { isRoot } from "./machine/run-command.ts";
import { installAsterisk } from "./packages/install-asterisk.ts";
import { makePrompts } from "./packages/make-prompts.ts";
import type { Running } from "./running.ts";
import type { LauncherSettings } from "./settings.ts";

/** What a step did, for its line: "already there", "made 31". */
export type Step = { name: string; run: () => Promise<string> };

/**
 * Runs the steps one after the other, each with one line: `[3/9] Prompts ... 76 ready (0.1 s)`.
 * @throws what a step throws; its message is meant to be one sentence that says what to do.
 */
export async function runSteps(steps: readonly Step[], write: (text: string) => void): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const started = performance.now();
    write(`[${index + 1}/${steps.length}] ${step.name} ... `);
    const outcome = await step.run();
    write(`${outcome} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
  }
}

/** From a checkout with its packages to a centre that takes calls. */
export function startSteps(settings: LauncherSettings, running: Running): Step[] {
  return [
    ...machineSteps(settings, running),
    { name: "PostgreSQL", run: () => startDatabase(settings, running) },
    { name: "Database schema", run: () => bringUpToDate(running.databaseUrl) },
    { name: "Demo data", run: () => loadDemo(settings, running) },
    { name: "Asterisk started", run: () => startOwnAsterisk(settings, running) },
    { name: "Page", run: () => buildPage(settings.checkout) },
    { name: "SMS and e-mail", run: () => startMessages(settings, running) },
    { name: "Program", run: () => startProgram(settings, running) },
  ];
}

/** What the tests need, too: an Asterisk and spoken prompts on this machine. */
export function machineSteps(settings: LauncherSettings, running: Pick<Running, "asteriskRoot">): Step[] {
  return [
    {
      name: "Asterisk",
      run: async () => {
        if (settings.asteriskUrls) return "yours (ASTERISK_URLS)";
        const found = await installAsterisk(settings.cacheDir, settings.debianMirror);
        running.asteriskRoot = found.root;
        return `${found.version} ${found.how}`;
      },
    },
    {
      name: "Prompts",
      run: async () => {
        if (settings.asteriskUrls && !isRoot) return "left to your Asterisk (making them needs root)";
        const { made, kept } = await makePrompts({
          promptsDir: join(settings.checkout, "dialplan/prompts"),
          soundsDir: soundsDir(settings),
          cacheDir: settings.cacheDir,
          mirror: settings.debianMirror,
        });
        return made === 0 ? `${kept} already there` : `${made} made, ${kept} already there`;
      },
    },
  ];
}

export const soundsDir = (settings: LauncherSettings) => join(settings.runDir, "sounds");

/**
 * PostgreSQL runs as a user of its own, who must be able to reach its data: under a closed home folder (0700) it lies
 * in the cache folder instead.
 */
export async function dataFolder(settings: LauncherSettings): Promise<string> {
  const usual = join(settings.runDir, "database");
  if (!isRoot) return usual;
  for (let folder = settings.runDir; folder !== "/"; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => null);
    if (found && (found.mode & 0o001) === 0) {
      return join(settings.cacheDir, "data", settings.runDir.replaceAll("/", "-").slice(1));
    }
  }
  return usual;
}

async function startDatabase(settings: LauncherSettings, running: Running): Promise<string> {
  if (settings.databaseUrl) {
    running.databaseUrl = settings.databaseUrl;
    running.localDatabaseUrl = settings.databaseUrl;
    return "yours (DATABASE_URL)";
  }
  const dataDir = await dataFolder(settings);
  const port = await tcpPort(settings.dbPort);
  const server = await startEmbeddedDatabase({ dataDir, port });
  running.databaseUrl = server.url;
  running.localDatabaseUrl = server.localUrl;
  const own = async () => {
    const pid = Number((await readFile(join(dataDir, "postmaster.pid"), "utf8")).split("\n")[0]);
    await running.owns(await knownProcess("PostgreSQL", pid));
  };
  await own();
  running.keep("PostgreSQL", {
    ended: () => server.ended(),
    restart: () => server.restart().then(own),
    stop: () => server.stop(),
  });
  return `127.0.0.1:${port}`;
}

async function bringUpToDate(url: string): Promise<string> {
  try {
    await migrate(url);
  } catch (error) {
    // knex puts the whole statement before the reason
    const reason = errorText(error).split(" - ").at(-1)?.trim() || "it does not answer";
    throw new Error(`The database at ${hostOf(url)} could not be brought up to date: ${reason}.`);
  }
  return "up to date";
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "DATABASE_URL";
}

async function loadDemo(settings: LauncherSettings, running: Running): Promise<string> {
  if (settings.databaseUrl) return firstAdministrator(settings, running);
  running.demo = await loadDemoData(running.databaseUrl);
  return `${running.demo.length} people`;
}

/** A database of one's own has no demo logins: who comes first gets in by a password that is told this once. */
async function firstAdministrator(settings: LauncherSettings, running: Running): Promise<string> {
  if (settings.environment.DEMO === "1") return "none in a database of yours";
  const made = await makeFirstAdministrator(running.databaseUrl);
  if (!made) return "none in a database of yours";
  return `none; first administrator: ${made.login}, password ${made.password} (shown only now, to be changed at sign-in)`;
}

async function startOwnAsterisk(settings: LauncherSettings, running: Running): Promise<string> {
  if (settings.asteriskUrls) {
    running.asteriskUrls = settings.asteriskUrls;
    return "yours (ASTERISK_URLS)";
  }
  const media = await addMediaInterface();
  if (media) {
    running.onStop("network", () => media.remove());
    await running.ownsInterface(media.name);
  }
  const ports = {
    sip: await sipPort(settings.sipPort),
    http: await tcpPort(settings.ariPort),
    rtpFirst: settings.rtpFirst,
    rtpLast: settings.rtpLast,
  };
  const server = await startAsterisk({
    runDir: settings.runDir,
    dialplanDir: join(settings.checkout, "dialplan"),
    cacheRoot: running.asteriskRoot,
    ports,
    soundsDir: soundsDir(settings),
    ari: { user: "055055", password: await keptSecret(join(settings.runDir, "ari-password")) },
    servedNumbers: settings.servedNumbers,
  });
  running.asterisk = server;
  running.asteriskUrls = `http://${server.user}:${server.password}@127.0.0.1:${ports.http}`;
  const own = async () => running.owns(await knownProcess("Asterisk", server.pid));
  await own();
  running.keep("Asterisk", {
    ended: () => server.ended(),
    restart: () => server.restart().then(own),
    stop: () => server.stop(),
  });
  return `SIP ${server.sip}, ARI 127.0.0.1:${ports.http}`;
}

async function startMessages(settings: LauncherSettings, running: Running): Promise<string> {
  const standIns = await startMessageStandIns(settings);
  running.onStop("SMS and e-mail", () => standIns.stop());
  running.messages = standIns;
  return standIns.said;
}

async function startProgram(settings: LauncherSettings, running: Running): Promise<string> {
  const program = join(settings.checkout, "src/main.ts");
  let copies: Copies | null = null;
  const forwarder = await startForwarder(await tcpPort(settings.webPort), () =>
    (copies?.ready() ?? []).map((copy) => copy.port),
  );
  running.onStop("address", () => forwarder.close());
  running.web = settings.publicUrl ?? `http://localhost:${forwarder.port}`;
  copies = await startCopies({
    count: settings.copies,
    program,
    cwd: settings.checkout,
    logDir: join(settings.runDir, "log"),
    environment: await copyEnvironment(settings, running),
    onChange: (ready) => running.copiesChanged(ready),
  });
  const { stop } = copies;
  running.onStop("program", () => stop(() => running.callsAreUp(), running.hurry));
  return `${settings.copies} copies behind ${running.web}`;
}

async function copyEnvironment(settings: LauncherSettings, running: Running): Promise<NodeJS.ProcessEnv> {
  const secret = settings.environment.SESSION_SECRET ?? (await keptSecret(join(settings.runDir, "session-secret")));
  return {
    ...settings.environment,
    ...running.messages.environment,
    DATABASE_URL: running.localDatabaseUrl,
    ASTERISK_URLS: running.asteriskUrls,
    PUBLIC_URL: running.web,
    SESSION_SECRET: secret,
    CACHE_DIR: settings.cacheDir,
    ...(running.asterisk ? { CDR_DIR: running.asterisk.cdrDir, SOUNDS_DIR: running.asterisk.soundsDir } : {}),
    DEMO: settings.databaseUrl ? (settings.environment.DEMO ?? "0") : "1",
  };
}

/** Made once a runDir: sessions outlive a restart, Asterisk's password is no secret of the checkout. */
async function keptSecret(file: string): Promise<string> {
  const kept = await readFile(file, "utf8").catch(() => "");
  if (kept.length >= 32) return kept;
  await mkdir(dirname(file), { recursive: true });
  const made = randomBytes(24).toString("hex");
  await writeFile(file, made, { mode: 0o600 });
  return made;
}
