import pg from "pg";

const lookMs = 1_000;
const answerMs = 1_000;
/** A second server that claims to be the primary is waited for so long once one has answered. */
const othersMs = 300;
/** Connections that are made together share one look. */
const freshMs = 250;

/** Null on a standby; else the timeline it writes, eight hexadecimal digits: a promotion counts it up. */
const timelineSql = `select case when not pg_is_in_recovery()
  then left(pg_walfile_name(pg_current_wal_lsn()), 8) end as timeline`;

/** The servers of a setting: addresses parted by blanks or commas. */
export function serverUrls(text: string): string[] {
  return text.split(/[\s,]+(?=postgres(?:ql)?:\/\/)/).map((url) => url.replace(/[\s,]+$/, "").trim());
}

/**
 * Address of the server that takes writes. With one address that one, unasked.
 * @throws the error of the last server when none answers; SQLSTATE 57P03 when all are standbys.
 */
export async function primaryUrl(urls: string): Promise<string> {
  const servers = serverUrls(urls);
  if (servers.length < 2) return servers[0] ?? urls;
  const group = ServerGroup.of(servers);
  try {
    return await group.find();
  } finally {
    group.restIfUnused();
  }
}

/** A connection to the server that takes writes at the moment it connects, cut when that becomes another one. */
export function primaryClient(urls: string, config: pg.ClientConfig): pg.Client {
  const servers = serverUrls(urls);
  const Client = clientClass(servers);
  return new Client({ ...config, connectionString: servers[0] ?? urls });
}

/** What a pool makes its connections with; all servers share user, password and database, as a replica does. */
export function clientClass(servers: readonly string[]): typeof pg.Client {
  if (servers.length < 2) return pg.Client;
  return class extends PrimaryClient {
    protected override readonly group = ServerGroup.of(servers);
  };
}

/** As pg's own types have it. */
type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

abstract class PrimaryClient extends pg.Client {
  protected abstract readonly group: ServerGroup;

  override connect(): Promise<pg.Client>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.Client> | undefined {
    const connected = this.connectToPrimary();
    if (!callback) return connected.then(() => this);
    const tell = callback as (error: Error | null, client?: pg.Client) => void;
    connected.then(
      () => tell(null, this),
      (error: unknown) => tell(error instanceof Error ? error : new Error(String(error))),
    );
    return undefined;
  }

  private async connectToPrimary(): Promise<void> {
    const url = await this.group.find();
    const { hostname, port, searchParams } = new URL(url);
    Object.assign(this, { host: searchParams.get("host") ?? hostname, port: Number(port || 5432) });
    this.group.join(this, url);
    // A connection cut in the very packet that greets has no owner yet: without a listener it would end the process.
    this.on("error", () => undefined);
    await new Promise<void>((resolve, reject) => {
      super.connect((error?: Error) => (error ? reject(error) : resolve()));
    });
  }
}

/**
 * Several servers of which one takes writes. While anybody is connected it is asked each second which one: who is
 * connected to another is cut off, since a server that lost its network or its role says nothing by itself. Of two that
 * both take writes the later timeline counts: the other one was replaced and does not know.
 */
class ServerGroup {
  private static readonly groups = new Map<string, ServerGroup>();
  private readonly probes: ServerProbe[];
  private readonly clients = new Map<pg.Client, string>();
  private looking: Promise<string> | null = null;
  private found: { url: string; at: number } | null = null;
  private timer: NodeJS.Timeout | null = null;

  private constructor(servers: readonly string[]) {
    this.probes = servers.map((url) => new ServerProbe(url));
  }

  static of(servers: readonly string[]): ServerGroup {
    const key = servers.join(" ");
    const known = ServerGroup.groups.get(key) ?? new ServerGroup(servers);
    ServerGroup.groups.set(key, known);
    return known;
  }

  async find(): Promise<string> {
    if (this.found && performance.now() - this.found.at < freshMs) return this.found.url;
    this.looking ??= this.look().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  join(client: pg.Client, url: string): void {
    this.clients.set(client, url);
    client.once("end", () => {
      this.clients.delete(client);
      this.restIfUnused();
    });
    this.timer ??= setInterval(() => void this.cutOffOthers(), lookMs).unref();
  }

  restIfUnused(): void {
    if (this.clients.size > 0) return;
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    for (const probe of this.probes) probe.close();
  }

  private async look(): Promise<string> {
    const answers: { url: string; timeline: string }[] = [];
    const asked = this.probes.map(async (probe) => {
      const timeline = await probe.timeline();
      if (timeline !== null) answers.push({ url: probe.url, timeline });
    });
    const all = Promise.all(asked);
    const someone = asked.map(async (one) => {
      await one;
      if (answers.length === 0) throw new Error("not the primary");
    });
    const first = Promise.any(someone).then(
      () => new Promise((resolve) => setTimeout(resolve, othersMs)),
      () => all,
    );
    await Promise.race([all, first]);
    const best = answers.sort((a, b) => (a.timeline < b.timeline ? 1 : -1))[0];
    if (!best) throw this.nobody();
    this.found = { url: best.url, at: performance.now() };
    return best.url;
  }

  private nobody(): Error {
    const failures = this.probes.map(({ failure }) => failure);
    const failure = failures.every((one) => one !== null) ? failures.at(-1) : null;
    return failure ?? Object.assign(new Error("none of the database servers takes writes"), { code: "57P03" });
  }

  private async cutOffOthers(): Promise<void> {
    const primary = await this.find().catch(() => null);
    if (primary === null) return;
    for (const [client, url] of this.clients) if (url !== primary) cutOff(client);
  }
}

/** Nothing is said to the server: it may be out of reach. Whoever waits for an answer gets an error now. */
function cutOff(client: pg.Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}

/** One standing connection that asks one server for its part. */
class ServerProbe {
  readonly url: string;
  /** Why it did not answer; null when it did. */
  failure: Error | null = null;
  private client: pg.Client | null = null;

  constructor(url: string) {
    this.url = url;
  }

  /** Null when it is a standby or does not answer. */
  async timeline(): Promise<string | null> {
    try {
      this.client ??= await this.connect();
      const { rows } = await this.client.query<{ timeline: string | null }>(timelineSql);
      this.failure = null;
      return rows[0]?.timeline ?? null;
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.close();
      return null;
    }
  }

  close(): void {
    const client = this.client;
    this.client = null;
    if (client) cutOff(client);
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      ...{ connectionString: this.url, application_name: "055055 primary" },
      ...{ connectionTimeoutMillis: answerMs, query_timeout: answerMs },
    });
    // The next look finds it closed.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }
}
