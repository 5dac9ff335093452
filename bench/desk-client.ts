// A process of its own that is the desks of all operators: signs them in, holds their live feeds open, notes when the
// bytes of each pop arrive. It is told what to do by its parent, the benchmark.
import { get, request } from "node:http";

export type DeskOrder =
  | { kind: "open"; urls: string[]; password: string; seats: string[] }
  | { kind: "close" }
  | { kind: "pops" };
export type DeskReport =
  | { kind: "open"; streams: number }
  | { kind: "closed" }
  | { kind: "pops"; streams: number; pops: [callId: string, atMs: number][] }
  | { kind: "failed"; reason: string };

const cookies = new Map<string, string>();
const pops: [string, number][] = [];
let open: (() => void)[] = [];

process.on("message", (order: DeskOrder) => {
  obey(order).catch((error: unknown) => report({ kind: "failed", reason: String(error) }));
});
process.on("disconnect", () => process.exit(0));

async function obey(order: DeskOrder): Promise<void> {
  if (order.kind === "open") {
    await inGroups(order.seats, 20, (seat, n) =>
      openDesk(order.urls[n % order.urls.length] ?? "", seat, order.password),
    );
    report({ kind: "open", streams: open.length });
  }
  if (order.kind === "close") {
    for (const close of open.splice(0)) close();
    report({ kind: "closed" });
  }
  if (order.kind === "pops") report({ kind: "pops", streams: open.length, pops: pops.splice(0) });
}

/** Session (kept from one opening to the next), live feed, available. */
async function openDesk(url: string, seat: string, password: string): Promise<void> {
  if (!cookies.has(seat)) {
    const answer = await send(
      "POST",
      `${url}/api/v1/session`,
      { login: `op${seat}`, password, seat, phone: "sip" },
      "",
    );
    cookies.set(seat, answer.cookie);
  }
  const cookie = cookies.get(seat) ?? "";
  await openFeed(url, cookie);
  await send("PUT", `${url}/api/v1/me/state`, { state: "available" }, cookie);
}

function openFeed(url: string, cookie: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const feed = get(`${url}/api/v1/desk/events`, { headers: { cookie }, agent: false }, (response) => {
      if (response.statusCode !== 200)
        return reject(new Error(`a desk's feed was refused with ${response.statusCode}`));
      response.setEncoding("utf8");
      let rest = "";
      response.on("data", (text: string) => {
        const atMs = performance.timeOrigin + performance.now();
        const frames = (rest + text).split("\n\n");
        rest = frames.pop() ?? "";
        for (const frame of frames) notePop(frame, atMs);
      });
      const close = () => feed.destroy();
      response.on("close", () => {
        open = open.filter((one) => one !== close);
      });
      open.push(close);
      resolve();
    });
    feed.on("error", reject);
  });
}

function notePop(frame: string, atMs: number): void {
  if (!frame.includes("event: offer\n")) return;
  const callId = /"callId": ?"([0-9a-f-]{36})"/.exec(frame)?.[1];
  if (callId) pops.push([callId, atMs]);
}

function send(method: string, url: string, body: unknown, cookie: string): Promise<{ cookie: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", ...(cookie ? { cookie } : {}) };
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => {
        if ((response.statusCode ?? 500) >= 300) reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`));
        else resolve({ cookie: response.headers["set-cookie"]?.[0]?.split(";")[0] ?? "" });
      });
    });
    sent.on("error", reject);
    sent.end(JSON.stringify(body));
  });
}

async function inGroups<T>(items: T[], atOnce: number, work: (item: T, index: number) => Promise<void>): Promise<void> {
  for (let n = 0; n < items.length; n += atOnce) {
    await Promise.all(items.slice(n, n + atOnce).map((item, index) => work(item, n + index)));
  }
}

function report(message: DeskReport): void {
  process.send?.(message);
}
