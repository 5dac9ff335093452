// `npm start` after bootstrap.mjs: everything from an empty machine to a centre that takes calls, and its end.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { errorText } from "../errors.ts";
import { cleanLeftovers } from "./machine/leftovers.ts";
import { Running } from "./running.ts";
import { type LauncherSettings, readSettings } from "./settings.ts";
import { dataFolder, runSteps, startSteps } from "./steps.ts";

/** npm hands Ctrl-C on although the terminal already did: two signals this close are one. */
const sameKeyMs = 500;

const checkout = fileURLToPath(new URL("../../", import.meta.url));
// Whoever read the launcher's words may be gone (terminal closed, pipe cut): that must not end the centre half-way.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

await main();

async function main(): Promise<void> {
  let settings: LauncherSettings;
  try {
    settings = readSettings(checkout, process.env);
    await mkdir(settings.runDir, { recursive: true, mode: 0o755 });
    const ended = await cleanLeftovers(settings.runDir, await dataFolder(settings));
    if (ended.length > 0) console.log(`Ended what an earlier start left: ${ended.join(", ")}.`);
  } catch (error) {
    console.error(errorText(error));
    leave(1);
    return;
  }
  const running = new Running(settings.runDir);
  const stopped = stopOnSignal(running);
  try {
    await running.begin();
    await runSteps(startSteps(settings, running), (text) => process.stdout.write(text));
    await running.announce();
    console.log(welcome(running, settings));
    await stopped;
  } catch (error) {
    console.error(`\n${errorText(error)}`);
    await running.stop();
    leave(1);
  }
}

/** Ends all at the first signal, or when bootstrap.mjs is gone; a second signal ends the copies at once. */
function stopOnSignal(running: Running): Promise<void> {
  return new Promise((resolve) => {
    let since: number | null = null;
    const stop = (): void => {
      if (since !== null) {
        if (performance.now() - since > sameKeyMs) running.endAtOnce();
        return;
      }
      since = performance.now();
      console.log("\nEnding. Calls in progress get up to 30 s; Ctrl-C again ends at once.");
      void running.stop().then((failures) => {
        for (const failure of failures) console.error(failure);
        resolve();
        leave(failures.length > 0 ? 1 : 0);
      });
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
    process.on("disconnect", stop);
  });
}

function leave(code: number): void {
  process.exitCode = code;
  process.removeAllListeners("disconnect");
  if (process.connected) process.disconnect();
  // A step that was cut short (a download) must not hold the end back.
  setTimeout(() => process.exit(code), 1000).unref();
}

function welcome(running: Running, settings: LauncherSettings): string {
  const number = settings.servedNumbers[0];
  const lines = ["", `Ready: ${running.web}`];
  for (const { login, password, role, seat } of running.demo) {
    lines.push(`  ${login.padEnd(12)} ${password.padEnd(16)} ${role}${seat ? `, seat ${seat}` : ""}`);
  }
  if (running.asterisk) {
    const port = running.asterisk.sip.split(":")[1];
    lines.push(
      `To call: npm run demo:call, or any SIP phone of this machine that calls from 127.0.0.9, for example`,
      `  sipp ${running.asterisk.sip} -sn uac -i 127.0.0.9 -s ${number} -m 1`,
      `  baresip with \`sip_listen 127.0.0.9:5060\`, then dial sip:${number}@127.0.0.1:${port}`,
    );
  }
  const pages = running.messages.pages;
  if (pages.length > 0) lines.push(`What was sent (nothing leaves this computer): ${pages.join(" and ")}`);
  return [...lines, "Ctrl-C ends everything.", ""].join("\n");
}
