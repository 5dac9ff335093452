import { randomBytes } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

export type AsteriskPorts = { sip: number; http: number; rtpFirst: number; rtpLast: number };

export type AsteriskOptions = {
  /** Folder of this Asterisk alone; everything it writes lies below `runDir/asterisk`. */
  runDir: string;
  /** Folder of the checkout with *.conf. */
  dialplanDir: string;
  /** Root that holds Asterisk; null = the one installed on this machine. */
  cacheRoot: string | null;
  ports: AsteriskPorts;
  /** Folder with it/NAME.wav and en/NAME.wav; media `sound:055055/NAME`. May be filled while Asterisk runs. */
  soundsDir: string;
  ari: { user: string; password: string };
  servedNumbers?: string[];
  /** What goes into log/messages.log. */
  logLevel?: "quiet" | "normal" | "verbose";
  /** Addresses whose calls come from the trunk (citizens of the demo and of tests). */
  trunkAddresses?: string[];
  /** Where calls over the trunk go on 127.0.0.9; 5060 when left out. */
  trunkPort?: number;
  /** Calls at once; the next gets 503 at once, and the carrier may send it elsewhere. 1000 when left out. */
  maxCalls?: number;
  /** How long StasisBroadcast waits for a copy to claim the call, milliseconds. */
  claimTimeoutMs?: number;
};

/** The same folders as this machine and as Asterisk name them. */
export type AsteriskFolders = { base: string; inside: string; soundsInside: string };

export function asteriskFolders(options: AsteriskOptions): AsteriskFolders {
  const base = join(options.runDir, "asterisk");
  return options.cacheRoot === null
    ? { base, inside: base, soundsInside: options.soundsDir }
    : { base, inside: "/run/055055", soundsInside: "/run/055055-sounds" };
}

// A notice quotes the From of each request that is refused: strangers are told of in security.log, citizens nowhere.
const logLevels = { quiet: "error", normal: "warning,error", verbose: "notice,warning,error,verbose(3)" };

/** Lays conf (dialplan/ plus the generated files that it includes), data, log and record folders below runDir. */
export async function writeAsteriskFiles(options: AsteriskOptions): Promise<AsteriskFolders> {
  const folders = asteriskFolders(options);
  const etc = join(folders.base, "etc");
  await rm(etc, { recursive: true, force: true });
  for (const name of ["etc/generated", "db", "log", "spool", "run", "cdr"]) {
    await mkdir(join(folders.base, name), { recursive: true });
  }
  for (const name of await readdir(options.dialplanDir)) {
    if (name.endsWith(".conf")) await cp(join(options.dialplanDir, name), join(etc, name));
  }
  const entity = await keptEntityId(join(folders.base, "entity"));
  for (const [name, text] of Object.entries(generatedFiles(options, folders, entity))) {
    await writeFile(join(etc, "generated", name), text, { mode: 0o600 });
  }
  const own = await readFile(join(options.dialplanDir, "asterisk.conf"), "utf8");
  // It begins every channel id: two Asterisks that start in the same second must not name two calls alike.
  const name = `systemname = 055055-${entity.slice(-5).replace(":", "")}`;
  const settings = own
    .replace("#include generated/entity.conf", `entityid = ${entity}`)
    .replace(/^systemname = .*$/m, name)
    .replace(/^maxcalls = \d+/m, `maxcalls = ${options.maxCalls ?? 1000}`);
  await writeFile(join(etc, "asterisk.conf"), `${directories(folders, options)}\n${settings}`);
  await linkData(options, folders);
  if (options.cacheRoot !== null) await nameThisHost(options.cacheRoot);
  return folders;
}

function generatedFiles(options: AsteriskOptions, folders: AsteriskFolders, entity: string): Record<string, string> {
  const { ports, ari } = options;
  const numbers = options.servedNumbers ?? ["055055"];
  for (const number of numbers) {
    if (!/^\+?[0-9]{3,15}$/.test(number)) throw new Error(`Served number "${number}" is not 3 to 15 digits.`);
  }
  const log = logLevels[options.logLevel ?? "normal"];
  return {
    "sip-bind.conf": `bind = 127.0.0.1:${ports.sip}\n`,
    "http-bind.conf": `bindaddr = 127.0.0.1\nbindport = ${ports.http}\n`,
    "rtp-ports.conf": `rtpstart = ${ports.rtpFirst}\nrtpend = ${ports.rtpLast}\n`,
    "ari-user.conf": [
      ...[`[${ari.user}]`, "type = user", "read_only = no", "password_format = plain", `password = ${ari.password}`],
      // The port is on loopback already; other addresses of this machine (namespaces, containers) are kept out, too.
      ...["deny = 0.0.0.0/0.0.0.0", "permit = 127.0.0.1/255.255.255.255", ""],
    ].join("\n"),
    "log-levels.conf": `messages.log => ${log}\n`,
    "trunk-match.conf": (options.trunkAddresses ?? ["127.0.0.9"]).map((address) => `match = ${address}\n`).join(""),
    "trunk-contact.conf": `contact = sip:127.0.0.9:${options.trunkPort ?? 5060}\n`,
    "served-numbers.conf": numbers.map((n) => `exten => ${n},1,Goto(from-trunk-served,\${EXTEN},1)\n`).join(""),
    "globals.conf": [
      `CALL_RECORDS = ${folders.inside}/cdr`,
      `ENTITY = ${entity}`,
      `STASIS_TIMEOUT_MS = ${options.claimTimeoutMs ?? 1500}`,
      "",
    ].join("\n"),
  };
}

function directories({ inside }: AsteriskFolders, { cacheRoot }: AsteriskOptions): string {
  const modules = "/usr/lib/x86_64-linux-gnu/asterisk/modules";
  const architecture = process.arch === "arm64" ? modules.replace("x86_64", "aarch64") : modules;
  return [
    "[directories]",
    `astetcdir = ${inside}/etc`,
    `astmoddir = ${architecture}`,
    `astvarlibdir = ${cacheRoot === null ? `${inside}/data` : "/var/lib/asterisk"}`,
    `astdbdir = ${inside}/db`,
    `astkeydir = ${inside}/data`,
    `astdatadir = ${inside}/data`,
    `astspooldir = ${inside}/spool`,
    `astrundir = ${inside}/run`,
    `astlogdir = ${inside}/log`,
    "",
  ].join("\n");
}

/**
 * Asterisk's data folder with our prompts among its sounds: links to the package's own files, and `it`, `en` made of
 * links to the package's voices plus one link `055055` to our prompts. The links lead where Asterisk sees them.
 */
async function linkData(options: AsteriskOptions, folders: AsteriskFolders): Promise<void> {
  const packaged = "/usr/share/asterisk";
  const seen = join(options.cacheRoot ?? "/", packaged);
  const data = join(folders.base, "data");
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  await mkdir(join(data, "keys"));
  for (const name of await readdir(seen)) {
    if (name !== "sounds" && name !== "keys") await symlink(join(packaged, name), join(data, name));
  }
  const voices = { it: "it_IT_m_Carlo", en: "en_US_f_Allison" };
  for (const [language, voice] of Object.entries(voices)) {
    const target = join(data, "sounds", language);
    await mkdir(target, { recursive: true });
    await mkdir(join(options.soundsDir, language), { recursive: true });
    for (const name of await readdir(join(seen, "sounds", voice))) {
      await symlink(join(packaged, "sounds", voice, name), join(target, name));
    }
    await symlink(join(folders.soundsInside, language), join(target, "055055"));
  }
}

/** Each Asterisk needs its own id, and keeps it (FAULTS 1.16): 00:00… without a network card. */
async function keptEntityId(file: string): Promise<string> {
  const kept = await readFile(file, "utf8").catch(() => "");
  if (/^02(:[0-9a-f]{2}){5}$/.test(kept)) return kept;
  const made = ["02", ...[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, "0"))].join(":");
  await writeFile(file, made);
  return made;
}

/** Without this machine's name in the root's hosts file each call waits 5 s for DNS, several times. */
async function nameThisHost(root: string): Promise<void> {
  const file = join(root, "etc/hosts");
  const wanted = `127.0.0.1 localhost ${hostname()}\n::1 localhost\n`;
  const found = await readFile(file, "utf8").catch(() => "");
  if (found !== wanted) await writeFile(file, wanted);
}
