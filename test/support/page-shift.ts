import { type DemoProviders, startDemoProviders } from "../../src/messages/demo/demo-providers.ts";
import { loadDemoData } from "../../src/organisation/demo-data.ts";
import { hashPassword } from "../../src/people/sign-in/password.ts";
import { type Forwarder, startForwarder } from "../../src/start/copies/forwarder.ts";
import { Centre, type Copy } from "./centre.ts";
import { testPassword } from "./web.ts";

export type ShiftService = { id: string; name: string };

/** A whole centre behind one address, as a municipality runs it: two copies, the demo's data, a carrier for SMS. */
export class ShiftCentre {
  readonly centre: Centre;
  readonly url: string;
  private readonly forwarder: Forwarder;
  private readonly providers: DemoProviders;

  private constructor(centre: Centre, forwarder: Forwarder, providers: DemoProviders) {
    this.centre = centre;
    this.forwarder = forwarder;
    this.providers = providers;
    this.url = `http://127.0.0.1:${forwarder.port}`;
  }

  static async open(): Promise<ShiftCentre> {
    const centre = await Centre.start({ copies: 0, wrapUpSeconds: 60 });
    await loadDemoData(centre.database.url);
    const { pool } = centre;
    await pool.query("update people set password_hash = $1 where login in ('anna', 'bruno', 'gina')", [
      await hashPassword(testPassword),
    ]);
    // Whoever runs this at night needs offices too.
    await pool.query("update offices set calendar_id = null");
    await pool.query("update seats set sip_password = 'sip-secret' where number = '302'");
    const providers = await startDemoProviders();
    const forwarder = await startForwarder(0, () =>
      centre.copies.filter(isAlive).map(({ url }) => Number(new URL(url).port)),
    );
    const shift = new ShiftCentre(centre, forwarder, providers);
    await Promise.all([shift.startCopy(), shift.startCopy()]);
    return shift;
  }

  startCopy(): Promise<Copy> {
    // Where the carrier tells what became of an SMS.
    return this.centre.startCopy({ ...this.providers.environment, PUBLIC_URL: this.url });
  }

  /** Without a word, as by kill -9. */
  async kill(copies: readonly Copy[]): Promise<void> {
    for (const { process } of copies) process.kill("SIGKILL");
    await Promise.all(copies.map(({ ended }) => ended));
  }

  get living(): Copy[] {
    return this.centre.copies.filter(isAlive);
  }

  /** The copy that has this call. */
  async ownerOf(callId: string): Promise<Copy> {
    const sql = "select n.name from calls c join nodes n on n.id = c.node_id where c.id = $1";
    const { rows } = await this.centre.pool.query<{ name: string }>(sql, [callId]);
    const owner = this.centre.copies.find(({ node }) => node === rows[0]?.name);
    if (!owner) throw new Error(`no copy has the call: ${JSON.stringify(rows)}`);
    return owner;
  }

  async service(where: string): Promise<ShiftService> {
    const { rows } = await this.centre.pool.query<ShiftService>(
      // The name alone must find it on the page.
      `select s.id, s.name from services s where ${where}
        and not exists (select from services o where o.id <> s.id and o.name ilike '%' || s.name || '%')
      order by s.external_id limit 1`,
    );
    if (!rows[0]) throw new Error(`the demo has no service where ${where}`);
    return rows[0];
  }

  async close(): Promise<void> {
    await this.centre.close();
    await this.forwarder.close();
    await this.providers.stop();
  }
}

function isAlive({ process }: Copy): boolean {
  return process.exitCode === null && process.signalCode === null && !process.killed;
}
