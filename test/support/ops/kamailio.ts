import { createSocket } from "node:dgram";
import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { anyTcpPort, isUdpPortFree } from "../../../src/start/machine/free-ports.ts";
import { type OpsProgram, runOpsProgram, startOpsProgram } from "./ops-program.ts";

export type KamailioSite = {
  /** Own address, e.g. 127.0.0.9: the Asterisks take calls from it for the provider's. */
  address: string;
  /** host:port of each Asterisk. */
  switches: string[];
  /** Address the provider calls from. */
  provider: string;
  database: string;
};

export type Kamailio = {
  /** host:port for SIP by UDP and TCP, and for SIP over WebSocket. */
  sip: string;
  /** kamcmd, e.g. `dispatcher.list`. */
  command(...words: string[]): Promise<string>;
  /** What it said on its standard output and error. */
  words(): string;
  stop(): Promise<void>;
};

const ours = fileURLToPath(new URL("../../../ops/kamailio/", import.meta.url));
const bootMs = 10_000;

/** The real Kamailio with ops/kamailio/kamailio.cfg on loopback. @throws Error with its own words */
export async function startKamailio(site: KamailioSite): Promise<Kamailio> {
  const settings = await mkdtemp("/var/tmp/055055-kamailio-");
  let port = await anyTcpPort(site.address);
  while (!(await isUdpPortFree(port, site.address))) port = await anyTcpPort(site.address);
  await writeKamailioFiles(settings, site, port);
  const program = await startOpsProgram(settings, [...kamailio, "-DD", "-E", "-Y", "/run/settings", "-m", "64"]);
  const stop = async () => {
    program.child.kill("SIGKILL");
    await program.ended;
    await rm(settings, { recursive: true, force: true });
  };
  try {
    await answers(site.address, port, program);
  } catch (error) {
    await stop();
    throw error;
  }
  const control = ["/usr/sbin/kamcmd", "-s", "unix:/run/settings/control"];
  return {
    sip: `${site.address}:${port}`,
    command: async (...words) => (await runOpsProgram(settings, [...control, ...words])).words,
    words: program.words,
    stop,
  };
}

/** What `kamailio -c` says of the file with a site's settings. */
export async function checkKamailio(): Promise<{ code: number; words: string }> {
  const settings = await mkdtemp("/var/tmp/055055-kamailio-");
  const site = { address: "127.0.0.1", switches: ["127.0.0.1:5062"], provider: "127.0.0.20", database: "postgres://x" };
  await writeKamailioFiles(settings, site, 5060);
  const result = await runOpsProgram(settings, [...kamailio, "-c", "-E"]);
  await rm(settings, { recursive: true, force: true });
  return result;
}

const kamailio = ["/usr/sbin/kamailio", "-f", "/run/settings/kamailio.cfg"];

async function writeKamailioFiles(settings: string, site: KamailioSite, port: number): Promise<void> {
  await cp(join(ours, "kamailio.cfg"), join(settings, "kamailio.cfg"));
  const values = {
    SIP_ADDRESS: `${site.address}:${port}`,
    DATABASE: site.database,
    SETTINGS_DIR: "/run/settings",
    CONTROL_SOCKET: "/run/settings/control",
    LOG_TO_STDERR: "yes",
  };
  const lines = Object.entries(values).map(([name, value]) => `#!substdef "!${name}!${value}!g"\n`);
  await writeFile(join(settings, "local.cfg"), lines.join(""));
  const switches = site.switches.map((address) => `1 sip:${address} 0\n`);
  await writeFile(join(settings, "dispatcher.list"), switches.join(""));
  await writeFile(join(settings, "permissions.list"), `1 ${site.provider} 32\n`);
}

/** Until it answers OPTIONS with whatever. */
async function answers(address: string, port: number, program: OpsProgram): Promise<void> {
  const socket = createSocket("udp4");
  const here = "127.0.0.1";
  socket.bind(0, here);
  await once(socket, "listening");
  let answered = false;
  socket.on("message", () => (answered = true));
  const deadline = performance.now() + bootMs;
  for (let n = 0; !answered && performance.now() < deadline && program.child.exitCode === null; n++) {
    const from = `${here}:${socket.address().port}`;
    const lines = [`OPTIONS sip:${address}:${port} SIP/2.0`, `Via: SIP/2.0/UDP ${from};branch=z9hG4bKboot${n}`];
    lines.push(`From: <sip:boot@${from}>;tag=b`, "To: <sip:boot@kamailio>", `Call-ID: boot-${n}@${from}`);
    lines.push("CSeq: 1 OPTIONS", "Max-Forwards: 70", "Content-Length: 0", "", "");
    socket.send(lines.join("\r\n"), port, address);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  socket.close();
  if (!answered) throw new Error(`Kamailio did not start:\n${program.words().slice(-3_000)}`);
}
