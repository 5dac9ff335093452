import pg from "pg";
import { createPool } from "../../src/database/pool.ts";
import { silentLogger } from "../../src/log.ts";
import { freePort, type TestDatabase, testDatabase } from "../../test/support/database.ts";
import { OwnDatabase } from "../../test/support/own-database.ts";

/** Room for the data and its log, not for much more. */
const diskMegabytes = 600;
const standbyName = "standby";

/** The PostgreSQL of the scene, and a place for the standby that takes over from it. */
export class SceneDatabase {
  readonly first: OwnDatabase;
  second: OwnDatabase | null = null;
  private readonly template: TestDatabase;
  private readonly secondPort: number;

  private constructor(template: TestDatabase, first: OwnDatabase, secondPort: number) {
    this.template = template;
    this.first = first;
    this.secondPort = secondPort;
  }

  static async start(): Promise<SceneDatabase> {
    const template = await testDatabase();
    return new SceneDatabase(
      template,
      await OwnDatabase.start({ from: template.url, diskMegabytes }),
      await freePort(),
    );
  }

  /** Both addresses, the one where nobody is yet before the other. */
  get urls(): string {
    const second = new URL(this.first.url);
    second.port = String(this.secondPort);
    return `${second.href},${this.first.url}`;
  }

  asTestDatabase(): TestDatabase {
    const pool = createPool(this.urls, "web", 10, silentLogger);
    return {
      url: this.urls,
      pool,
      drop: async () => {
        await pool.end();
        await this.first.close();
        await this.second?.close();
        await this.template.drop();
      },
    };
  }

  /** A standby under full traffic; resolves when every commit waits for it. */
  async addStandby(): Promise<OwnDatabase> {
    this.second = await OwnDatabase.start({ from: this.first.url, standby: standbyName, port: this.secondPort });
    await this.first.ask(`alter system set synchronous_standby_names = '${standbyName}'`);
    await this.first.ask("select pg_reload_conf()");
    const isSync = "select 1 from pg_stat_replication where sync_state = 'sync'";
    const limit = performance.now() + 10_000;
    while ((await this.first.ask(isSync)).rowCount === 0) {
      if (performance.now() > limit) throw new Error(`the standby does not follow: ${this.second.lastLog}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return this.second;
  }

  /** Every connection that the server has room for; ends them when called again. */
  async takeAllConnections(): Promise<() => Promise<void>> {
    const taken: pg.Client[] = [];
    let full = false;
    while (!full) {
      const client = new pg.Client({ connectionString: this.first.url });
      client.on("error", () => undefined); // ended below
      full = await client.connect().then(
        () => false,
        () => true,
      );
      if (!full) taken.push(client);
    }
    await taken[0]?.query(cutOthers, ["055055%"]);
    // Those that were cut are quick to come back: whoever gets in first stays.
    return async () => {
      await Promise.all(taken.map((client) => client.end()));
    };
  }

  /** A lock that every statement of a call waits for. */
  async lockCalls(): Promise<() => Promise<void>> {
    const client = new pg.Client({ connectionString: this.first.url });
    await client.connect();
    await client.query("begin; lock table calls, operators in access exclusive mode");
    return () => client.end();
  }

  async cutConnections(): Promise<void> {
    const client = new pg.Client({ connectionString: this.first.url });
    await client.connect();
    await client.query(cutOthers, ["%"]);
    await client.end();
  }
}

const cutOthers = `select pg_terminate_backend(pid) from pg_stat_activity
  where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name like $1`;
