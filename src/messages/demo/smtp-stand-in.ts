import { randomUUID } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";

export type StandInMail = { id: number; from: string; to: string; raw: string; at: Date };

/** For fault tests: what to do when the whole message is there, or with its recipient. */
export type MailFault = "rcpt_450" | "data_451" | "data_554" | "take_and_drop" | "drop_at_rcpt" | "hang_after_data";

export type SmtpStandIn = {
  port: number;
  mails: StandInMail[];
  /** Returned notices, as they would lie in the bounce mailbox. */
  bounces: { id: number; raw: string }[];
  misbehave: () => MailFault | null;
  stop(): Promise<void>;
};

/**
 * A mail server small enough for the demo and the fault tests: takes mail, keeps it, and for addresses that begin with
 * `sconosciuto` says 550 at once, with `rimbalza` takes it and returns a notice (RFC 3464) a moment later.
 */
export async function smtpStandIn(port = 0): Promise<SmtpStandIn> {
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    converse(socket, standIn, timers);
  });
  const standIn: SmtpStandIn = {
    ...{ port: 0, mails: [], bounces: [], misbehave: () => null },
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  standIn.port = await listen(server, port);
  return standIn;
}

function converse(socket: Socket, standIn: SmtpStandIn, timers: Set<NodeJS.Timeout>): void {
  let mail = { from: "", to: "" };
  let data: string[] | null = null;
  let fault: MailFault | null = null;
  let rest = "";
  const say = (line: string) => socket.write(`${line}\r\n`);
  const command = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
    if (verb === "EHLO") return void say("250-demo\r\n250-8BITMIME\r\n250-DSN\r\n250 SIZE 20000000");
    if (verb === "QUIT") return void socket.end("221 bye\r\n");
    if (verb === "MAIL") mail = { from: address, to: "" };
    if (verb === "RCPT") {
      fault = standIn.misbehave();
      if (fault === "drop_at_rcpt") return void socket.destroy();
      if (fault === "rcpt_450") return void say("450 4.2.0 try again later");
      if (/^sconosciuto/i.test(address))
        return void say(`550 5.1.1 <${address}>: Recipient address rejected: User unknown`);
      mail.to = address;
    }
    if (verb !== "DATA") return void say("250 2.0.0 ok");
    if (!mail.to) return void say("503 5.5.1 no recipient");
    data = [];
    say("354 go on");
  };
  const finish = (lines: string[]): void => {
    data = null;
    if (fault === "data_451") return void say("451 4.3.0 try again later");
    if (fault === "data_554") return void say("554 5.7.1 message refused");
    if (fault === "hang_after_data") return;
    const raw = lines.map((line) => line.replace(/^\.\./, ".")).join("\r\n");
    standIn.mails.push({ id: standIn.mails.length + 1, ...mail, raw, at: new Date() });
    if (fault === "take_and_drop") return void socket.destroy();
    if (/^rimbalza/i.test(mail.to)) bounceLater(standIn, timers, mail);
    say("250 2.0.0 taken");
  };
  socket.setEncoding("utf8");
  say("220 demo mail");
  socket.on("data", (text: string) => {
    const lines = (rest + text).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (data === null) command(line);
      else if (line === ".") finish(data);
      else data.push(line);
    }
  });
}

function bounceLater(standIn: SmtpStandIn, timers: Set<NodeJS.Timeout>, mail: { from: string; to: string }): void {
  const timer = setTimeout(() => {
    timers.delete(timer);
    standIn.bounces.push({ id: standIn.bounces.length + 1, raw: demoBounce(mail) });
  }, 2_000);
  timers.add(timer);
}

function demoBounce({ from, to }: { from: string; to: string }): string {
  const mark = randomUUID();
  return [
    "From: Mail Delivery System <MAILER-DAEMON@demo.invalid>",
    `To: <${from}>`,
    `Delivered-To: ${from}`,
    "Subject: Undelivered Mail Returned to Sender",
    "Auto-Submitted: auto-replied",
    `Message-ID: <${mark}@demo.invalid>`,
    "MIME-Version: 1.0",
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${mark}"`,
    "",
    `--${mark}`,
    "Content-Type: text/plain; charset=us-ascii",
    "",
    `<${to}>: user unknown`,
    "",
    `--${mark}`,
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; demo.invalid",
    "",
    `Final-Recipient: rfc822; ${to}`,
    "Action: failed",
    "Status: 5.1.1",
    "Diagnostic-Code: smtp; 550 5.1.1 user unknown",
    "",
    `--${mark}--`,
    "",
  ].join("\r\n");
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address && typeof address === "object") resolve(address.port);
    });
  });
}
