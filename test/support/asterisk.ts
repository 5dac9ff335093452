import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AsteriskOptions } from "../../src/start/asterisk-files.ts";
import { type AsteriskServer, startAsterisk } from "../../src/start/asterisk-server.ts";
import { anyTcpPort, rtpPorts, sipPort } from "../../src/start/machine/free-ports.ts";

import { keepFolder } from "./written/written.ts";

export type { AsteriskServer } from "../../src/start/asterisk-server.ts";

const checkout = fileURLToPath(new URL("../../", import.meta.url));
const started: { server: AsteriskServer; runDir: string }[] = [];
let shared: Promise<AsteriskServer> | null = null;

/**
 * The one Asterisk of a test run: real, on free loopback ports, started when first asked for, ended by hooks.ts.
 * A test that kills or restarts it leaves it running again.
 */
export function sharedAsterisk(): Promise<AsteriskServer> {
  shared ??= ownAsterisk();
  return shared;
}

/** A further Asterisk for tests that need two, or special settings; ended by hooks.ts if the test does not. */
export async function ownAsterisk(changes: Partial<AsteriskOptions> = {}): Promise<AsteriskServer> {
  const runDir = await mkdtemp(join(tmpdir(), "055055-asterisk-"));
  const sip = await sipPort(await anyTcpPort());
  const server = await startAsterisk({
    runDir,
    dialplanDir: join(checkout, "dialplan"),
    cacheRoot: asteriskRoot(),
    ports: { sip, http: await anyTcpPort(), ...rtpPorts() },
    // A citizen's phone that is called over the trunk listens there; two runs on one machine do not meet.
    trunkPort: sip,
    soundsDir: process.env.TEST_SOUNDS_DIR ?? join(checkout, "run/sounds"),
    ari: { user: "test", password: randomBytes(12).toString("hex") },
    ...changes,
  });
  started.push({ server, runDir });
  return server;
}

/** The cached root that set-up made; ASTERISK_ROOT="" names the machine's own Asterisk. */
export function asteriskRoot(): string | null {
  const named = process.env.ASTERISK_ROOT;
  if (named !== undefined) return named === "" ? null : named;
  return join(process.env.CACHE_DIR ?? "/var/cache/055055", "asterisk-root");
}

/** For hooks.ts alone. */
export async function stopAsterisks(): Promise<void> {
  shared = null;
  for (const { server, runDir } of started.splice(0)) {
    await server.stop();
    await keepFolder("asterisk-log", server.logDir);
    // parachute.csv must have the number for a while; test/calls-parachute.test.ts shows that it is erased once read.
    await keepFolder("asterisk-records", server.cdrDir, ["parachute.csv"]);
    await rm(runDir, { recursive: true, force: true });
  }
}
