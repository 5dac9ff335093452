import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { anyTcpPort } from "../../../src/start/machine/free-ports.ts";
import { defaultCacheDir } from "../../../src/start/settings.ts";
import { mailRoot } from "./mail-root.ts";

export type MailServers = {
  smtpUrl: string;
  /** The mailbox of returned notices. */
  imapUrl: string;
  /** Of any mailbox: what lies in it can be read by IMAP. */
  imapUrlOf(user: string): string;
  stop(): Promise<void>;
};

const password = "of-the-tests";
/** Domain of our return paths, and of the citizens. */
export const mailDomains = { ours: "example.it", citizens: "example.org", away: "example.net" };
const bootMs = 20_000;

/**
 * A real Postfix and a real Dovecot on free ports of loopback, in a Debian root and namespaces of their own. Postfix
 * takes mail for everybody; Dovecot says that an unknown user is unknown, and then Postfix writes the notice. To the
 * domain `away` nobody answers: such mail is delayed. Nothing leaves the machine.
 * @param users of the citizens' domain, by their local part
 */
export async function startMailServers(users: readonly string[]): Promise<MailServers> {
  const cacheDir = process.env.CACHE_DIR ?? defaultCacheDir();
  const root = await mailRoot(cacheDir, process.env.DEBIAN_MIRROR ?? null);
  const settings = await mkdtemp("/var/tmp/055055-mail-");
  await chmod(settings, 0o755);
  const [smtp, imap, nobody] = [await anyTcpPort(), await anyTcpPort(), await anyTcpPort()];
  await writeFile(join(settings, "main.cf"), mainSettings(nobody));
  await writeFile(join(settings, "master.cf"), services(smtp));
  await writeFile(join(settings, "dovecot.conf"), dovecotSettings(imap));
  const known = [`bounce@${mailDomains.ours}`, ...users.map((user) => `${user}@${mailDomains.citizens}`)];
  await writeFile(
    join(settings, "users"),
    known.map((user) => `${user}:{PLAIN}${password}:5000:5000::/run/mail/boxes/${user}\n`).join(""),
  );
  const script = fileURLToPath(new URL("mail-namespace.sh", import.meta.url));
  const namespaces = ["--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--propagation", "private"];
  const child = spawn(
    "setpriv",
    ["--pdeathsig", "KILL", "--", "unshare", ...namespaces, "sh", script, root, settings],
    {
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    },
  );
  let words = "";
  child.stderr.on("data", (text) => (words += String(text)));
  const stop = async () => {
    await end(child);
    await rm(settings, { recursive: true, force: true });
  };
  try {
    await Promise.all([greeted(child, smtp, "220 "), greeted(child, imap, "* OK")]);
  } catch (error) {
    const log = await readFile(join(settings, "mail.log"), "utf8").catch(() => "");
    await stop();
    throw new Error(`Postfix and Dovecot did not start:\n${words}${log}`, { cause: error });
  }
  const imapUrlOf = (user: string) => `imap://${encodeURIComponent(user)}:${password}@127.0.0.1:${imap}`;
  return {
    smtpUrl: `smtp://127.0.0.1:${smtp}`,
    imapUrl: imapUrlOf(`bounce@${mailDomains.ours}`),
    imapUrlOf,
    stop,
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

async function greeted(child: ChildProcess, port: number, words: string): Promise<void> {
  for (const limit = Date.now() + bootMs; Date.now() < limit && child.exitCode === null; ) {
    if ((await greeting(port)).startsWith(words)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nobody greets on port ${port}`);
}

function greeting(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(2_000, () => socket.destroy());
    socket.once("data", (text) => {
      resolve(text.toString());
      socket.destroy();
    });
    socket.once("error", () => undefined);
    socket.once("close", () => resolve(""));
  });
}

function mainSettings(nobody: number): string {
  const { ours, citizens, away } = mailDomains;
  return `compatibility_level = 3.6
queue_directory = /run/mail/queue
data_directory = /run/mail/data
maillog_file = /run/mail-settings/mail.log
maillog_file_prefixes = /run
myhostname = mx.${ours}
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
recipient_delimiter = +
virtual_mailbox_domains = ${ours}, ${citizens}
virtual_transport = lmtp:unix:/run/dovecot/lmtp-of-postfix
transport_maps = inline:{ { ${away} = smtp:[127.0.0.1]:${nobody} } }
default_transport = error:nothing leaves the tests
relay_transport = error:nothing leaves the tests
disable_dns_lookups = yes
delay_warning_time = 2s
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
maximal_queue_lifetime = 1h
bounce_queue_lifetime = 1h
alias_maps =
alias_database =
biff = no
`;
}

/** The listening address stands here only; what is not needed (submission, uucp, …) is not there. */
function services(smtp: number): string {
  return `127.0.0.1:${smtp} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
pickup unix n - n 60 1 pickup
postlog unix-dgram n - n - 1 postlogd
`;
}

function dovecotSettings(imap: number): string {
  return `base_dir = /run/dovecot
log_path = /run/mail-settings/mail.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
recipient_delimiter = +
lmtp_hdr_delivery_address = original
mail_location = maildir:/run/mail/boxes/%u
first_valid_uid = 5000
passdb {
  driver = passwd-file
  args = username_format=%u /run/mail-settings/users
}
userdb {
  driver = passwd-file
  args = username_format=%u /run/mail-settings/users
}
service imap-login {
  inet_listener imap {
    port = ${imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  unix_listener /run/dovecot/lmtp-of-postfix {
    mode = 0666
  }
}
`;
}
