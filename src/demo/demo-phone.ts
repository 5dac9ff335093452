import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anyTcpPort } from "../start/machine/free-ports.ts";

export type DemoPhoneOptions = {
  /** host:port of Asterisk. */
  server: string;
  user: string;
  /** With a password it registers and waits for calls; without one it only calls. */
  password?: string;
  /** Address it speaks from; a citizen's is 127.0.0.9. */
  address: string;
  /** WAV that it plays from the first moment. */
  sound: string;
  /** Dialled at once. */
  dial?: string;
};

const modules = "/usr/lib/baresip/modules";

/** A real phone without sound card: baresip, told what to do as if at its keyboard. */
export class DemoPhone {
  private readonly child: ChildProcess;
  private readonly folder: string;
  private readonly keyboard: number;
  private words = "";

  private constructor(child: ChildProcess, folder: string, keyboard: number) {
    this.child = child;
    this.folder = folder;
    this.keyboard = keyboard;
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (this.words += String(chunk)));
  }

  static async start(options: DemoPhoneOptions): Promise<DemoPhone> {
    const folder = await mkdtemp(join(tmpdir(), "055055-demo-"));
    const [port, keyboard] = [await anyTcpPort(options.address), await anyTcpPort()];
    await writeFile(join(folder, "config"), configOf(options, port, keyboard));
    await writeFile(join(folder, "accounts"), accountOf(options, port), { mode: 0o600 });
    const dial = options.dial ? ["-e", `d ${options.dial}`] : [];
    const args = ["--pdeathsig", "KILL", "--", "baresip", "-f", folder, "-4", ...dial];
    const child = spawn("setpriv", args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    return new DemoPhone(child, folder, keyboard);
  }

  /** True when it is registered. */
  get registered(): boolean {
    return /200 OK/.test(this.words);
  }

  /** Last lines that it printed, for an error's sentence. */
  get lastWords(): string {
    return this.words.trim().split("\n").slice(-4).join("\n");
  }

  /** A command as a person types it at baresip's keyboard: `hangup`, `sndcode 1`, `accept`. */
  async command(words: string): Promise<void> {
    const line = connect(this.keyboard, "127.0.0.1");
    line.on("error", () => undefined); // the phone is ending: nobody is there to press anything
    await new Promise<void>((resolve) => line.once("connect", resolve).once("close", () => resolve()));
    line.end(`/${words}\n`);
  }

  /** Plays another WAV from now on. */
  async say(sound: string): Promise<void> {
    await this.command(`ausrc aufile,${sound}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = once(this.child, "exit");
      this.child.kill("SIGTERM");
      const late = setTimeout(() => this.child.kill("SIGKILL"), 3_000);
      await gone;
      clearTimeout(late);
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

function configOf(options: DemoPhoneOptions, port: number, keyboard: number): string {
  return [
    `module_path ${modules}`,
    `sip_listen ${options.address}:${port}`,
    `cons_listen 127.0.0.1:${keyboard}`,
    "audio_player aubridge,nowhere",
    `audio_source aufile,${options.sound}`,
    "ausrc_srate 8000",
    "auplay_srate 8000",
    "audio_channels 1",
    "rtp_ports 32000-32700",
    ...["account", "menu", "g711", "aufile", "aubridge", "cons"].map((name) => `module ${name}.so`),
    "",
  ].join("\n");
}

function accountOf({ server, user, password, address }: DemoPhoneOptions, port: number): string {
  const account = password
    ? `<sip:${user}@${server}>;auth_user=${user};auth_pass=${password};regint=60;answermode=manual`
    : `<sip:${user}@${address}:${port}>;regint=0`;
  return `${account};audio_codecs=PCMA\n`;
}
