import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CitizenLog, type OperatorsLog, parseCitizenLog, parseOperatorsLog, parseStatistics } from "./sipp-log.ts";

export type Account = { name: string; password: string };

export type OperatorPhones = { pid: number; log(): Promise<OperatorsLog>; stop(): Promise<void> };

/** Citizens who stay on the line; `log` is what their scenario has written so far. */
export type StayingCitizens = { log(): Promise<string>; ended: Promise<number> };

export type CitizensResult = { calls: number; successful: number; failed: number; invites: CitizenLog };

const citizenAddress = "127.0.0.9";
const phonesAddress = "127.0.0.10";
/** Nothing that SIPp waits for takes longer in a call that goes well. */
const answerLimitMs = 10_000;

/** SIPp processes of a benchmark: operators' phones and citizens. All of them end with `stopAll`. */
export class SippLoad {
  private readonly server: string;
  private readonly folder: string;
  private readonly phonesPort: number;
  private readonly running = new Set<ChildProcess>();
  private count = 0;

  /** `server` is host:port of Asterisk; logs are kept in `folder`. */
  constructor(server: string, folder: string, phonesPort: number) {
    this.server = server;
    this.folder = folder;
    this.phonesPort = phonesPort;
  }

  /** Registers every account at the address where {@link startPhones} will listen. @throws Error when one is refused */
  async register(accounts: readonly Account[]): Promise<void> {
    const run = await this.newFolder("register");
    const lines = accounts.map(
      ({ name, password }) => `${name};[authentication username=${name} password=${password}]`,
    );
    await writeFile(join(run, "accounts.csv"), `SEQUENTIAL\n${lines.join("\n")}\n`);
    const args = ["-inf", join(run, "accounts.csv"), "-m", String(accounts.length), "-r", "150"];
    const { result } = this.start(run, "register", [...args, "-i", phonesAddress, "-p", String(this.phonesPort)]);
    const code = await result;
    if (code !== 0) throw new Error(`Not every operator's phone could register (SIPp ended with ${code}, ${run}).`);
  }

  /** One process is the phones of all accounts. */
  async startPhones(): Promise<OperatorPhones> {
    const run = await this.newFolder("operators");
    const { child, result } = this.start(run, "operators", ["-i", phonesAddress, "-p", String(this.phonesPort)]);
    return {
      pid: child.pid ?? 0,
      log: async () => parseOperatorsLog(await readFile(join(run, "log"), "utf8").catch(() => "")),
      stop: async () => {
        child.kill("SIGKILL");
        await result;
      },
    };
  }

  /** Citizens who call at a steady rate; resolves when the last of them has hung up. */
  async callFor(
    call: { number: string; rate: number; seconds: number },
    started: (pid: number) => void,
  ): Promise<CitizensResult> {
    const run = await this.newFolder("citizens");
    const calls = Math.round(call.rate * call.seconds);
    const args = ["-s", call.number, "-i", citizenAddress, "-m", String(calls), "-r", String(call.rate), "-l", "4000"];
    args.push("-recv_timeout", String(answerLimitMs), "-trace_stat", "-stf", join(run, "statistics"));
    const { child, result } = this.start(run, "citizen", args);
    started(child.pid ?? 0);
    await result;
    const [log, statistics] = await Promise.all(["log", "statistics"].map((name) => readFile(join(run, name), "utf8")));
    const { successful, failed } = parseStatistics(statistics ?? "");
    return { calls, successful, failed, invites: parseCitizenLog(log ?? "") };
  }

  /** Citizens who wait until they are served and hung up on. */
  async callAndWait(call: { number: string; rate: number; calls: number }): Promise<StayingCitizens> {
    const run = await this.newFolder("waiting-citizens");
    const { calls, number, rate } = call;
    const args = ["-s", number, "-i", citizenAddress, "-m", String(calls), "-r", String(rate), "-l", String(calls)];
    const { result } = this.start(run, "flood", args);
    return { log: () => readFile(join(run, "log"), "utf8"), ended: result };
  }

  async stopAll(): Promise<void> {
    const gone = [...this.running].map((child) => once(child, "exit"));
    for (const child of this.running) child.kill("SIGKILL");
    await Promise.all(gone);
  }

  private start(run: string, scenario: string, args: string[]): { child: ChildProcess; result: Promise<number> } {
    const file = fileURLToPath(new URL(`${scenario}.xml`, import.meta.url));
    const common = ["-sf", file, "-nostdin", "-trace_logs", "-log_file", join(run, "log")];
    const errors = ["-trace_err", "-error_file", join(run, "errors")];
    // Killed with the benchmark, whatever ends it; the listener's buffer must hold a burst of a whole second.
    const command = ["--pdeathsig", "KILL", "--", "sipp", this.server, ...common, ...errors, "-buff_size", "4194304"];
    const child = spawn("setpriv", [...command, ...args], { cwd: run, stdio: "ignore", detached: true });
    this.running.add(child);
    const result = once(child, "exit").then(([code]) => {
      this.running.delete(child);
      return code ?? -1;
    });
    return { child, result };
  }

  private async newFolder(name: string): Promise<string> {
    const run = join(this.folder, `${String(++this.count).padStart(3, "0")}-${name}`);
    await mkdir(run, { recursive: true });
    return run;
  }
}
