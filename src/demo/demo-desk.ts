import { type ClientRequest, get } from "node:http";

const wrongState = 409;

export type DemoEvent = { kind: string; payload: Record<string, unknown> };
export type DemoAnswer = { body: Record<string, unknown>; version: number };

/** The desk of a demo operator without a browser: session, live feed, chosen state. */
export class DemoDesk {
  private cookie = "";
  private feed: ClientRequest | null = null;
  private readonly web: string;

  constructor(web: string) {
    this.web = web;
  }

  /** @throws Error with what the program answered. */
  async signIn(login: string, password: string, seat: string): Promise<void> {
    const answer = await this.send("POST", "/session", { login, password, seat, phone: "sip" });
    this.cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  }

  /** Keeps the person present, as an open page does, and hears what it would hear. */
  openFeed(hear?: (event: DemoEvent) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const feed = get(
        `${this.web}/api/v1/desk/events`,
        { headers: { cookie: this.cookie }, agent: false },
        (response) => {
          if (hear) cutEvents(response, hear);
          else response.resume();
          if (response.statusCode === 200) resolve();
          else reject(new Error(`The desk's live feed was refused with ${response.statusCode}.`));
        },
      );
      feed.on("error", reject);
      this.feed = feed;
    });
  }

  /** Its minute may be over by itself: then that is what was wanted. */
  async endWrapUp(): Promise<void> {
    await this.send("POST", "/me/wrap-up/end", undefined, wrongState);
  }

  /** One request as the page makes it. @throws Error with what the program answered. */
  async ask(method: string, path: string, body?: unknown, version?: number): Promise<DemoAnswer> {
    const response = await this.send(method, path, body, undefined, version);
    const etag = Number((response.headers.get("etag") ?? "").replaceAll('"', ""));
    return { body: response.status === 204 ? {} : await response.json(), version: etag };
  }

  async chooseAvailable(): Promise<void> {
    await this.send("PUT", "/me/state", { state: "available" });
  }

  /** Signs out only who was signed in by this desk; a page that is open goes on. */
  async leave(signOut: boolean): Promise<void> {
    this.feed?.destroy();
    if (signOut && this.cookie) await this.send("DELETE", "/session");
  }

  /** @throws Error with the answer, unless its status is the one that is fine too. */
  private async send(method: string, path: string, body?: unknown, fine?: number, version?: number): Promise<Response> {
    const response = await fetch(`${this.web}/api/v1${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...(version === undefined ? {} : { "if-match": `"${version}"` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok && response.status !== fine)
      throw new Error(`${method} ${path} was refused: ${response.status} ${await response.text()}`);
    return response;
  }
}

function cutEvents(stream: NodeJS.ReadableStream, hear: (event: DemoEvent) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const frames = (rest + text).split("\n\n");
    rest = frames.pop() ?? "";
    for (const frame of frames) {
      const [kind, data] = [/^event: (.*)$/m.exec(frame)?.[1], /^data: (.*)$/m.exec(frame)?.[1]];
      if (kind && data) hear({ kind, payload: JSON.parse(data) });
    }
  });
}
