import { CallCommands } from "../../src/calls/call-commands.ts";
import { callRoutes } from "../../src/calls/call-routes.ts";
import { LiveCalls } from "../../src/calls/live-calls.ts";
import { caseRoutes } from "../../src/cases/case-routes.ts";
import { citizenRoutes } from "../../src/citizens/citizen-routes.ts";
import { systemClock } from "../../src/clock.ts";
import { DatabaseListener } from "../../src/database/listen.ts";
import type { Pool } from "../../src/database/pool.ts";
import type { Route } from "../../src/desk/route.ts";
import { informationNeedRoutes } from "../../src/information-needs/information-need-routes.ts";
import { cardRoutes } from "../../src/knowledge/card-routes.ts";
import { publishCard } from "../../src/knowledge/cards/publish-card.ts";
import { createCard } from "../../src/knowledge/cards/save-card.ts";
import { silentLogger } from "../../src/log.ts";
import { organisationRoutes } from "../../src/organisation/organisation-routes.ts";
import { hashPassword } from "../../src/people/sign-in/password.ts";
import { directoryRoutes } from "../../src/switchboard/directory-routes.ts";
import { availabilityRoutes } from "../../src/transfers/availability/availability-routes.ts";
import { transferRoutes } from "../../src/transfers/transfer-routes.ts";
import { type CaseActions, type CaseWorld, caseActions, caseWorld } from "./cases.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { testPassword, testWeb } from "./web.ts";

/** Where a command leads when nothing goes wrong; the whole machine is tested on a real Asterisk. */
const stateAfter: Record<string, string> = {
  consult: "consulting",
  transfer: "ringing",
  swap: "swapped",
  conference: "conference",
  complete: "joined",
};

/** The doors of the operator's desk over real rows; only the telephone switch is played by the test. */
export class PageWork {
  readonly pool: Pool;
  readonly url: string;
  readonly world: CaseWorld;
  readonly actions: CaseActions;
  private readonly closers: (() => Promise<void>)[];

  private constructor(database: TestDatabase, url: string, world: CaseWorld, closers: (() => Promise<void>)[]) {
    this.pool = database.pool;
    this.url = url;
    this.world = world;
    this.actions = caseActions(world);
    this.closers = closers;
  }

  /** @param more doors of other parts, over the same rows */
  static async open(more: (database: TestDatabase) => Route[] = () => []): Promise<PageWork> {
    const database = await testDatabase();
    const { pool } = database;
    const world = await caseWorld(pool);
    await pool.query("update agencies set switchboard = true where id = $1", [world.agencies[0]]);
    await pool.query("update people set password_hash = $1", [await hashPassword(testPassword)]);
    await pool.query("update operators set chosen = 'offline'");
    const commands = new CallCommands(pool, new LiveCalls(), silentLogger);
    const web = await testWeb(database, {
      routes: [
        ...callRoutes({ pool, commands }),
        ...caseRoutes({ pool }),
        ...citizenRoutes({ pool }),
        ...organisationRoutes({ pool }),
        ...cardRoutes({ pool, clock: systemClock }),
        ...informationNeedRoutes({ pool }),
        ...availabilityRoutes({ pool, clock: systemClock, busyAccounts: async () => new Set() }),
        ...directoryRoutes({ pool, clock: systemClock }),
        ...transferRoutes({ pool, commands }),
        ...more(database),
      ],
    });
    const work: PageWork = new PageWork(database, web.url, world, [
      () => listener.close(),
      () => web.close(),
      () => database.drop(),
    ]);
    const obey = () => void work.obey();
    const listener = new DatabaseListener(database.url, ["call_command"], obey, obey, silentLogger);
    await listener.start();
    return work;
  }

  async close(): Promise<void> {
    for (const close of this.closers) await close();
  }

  async card(title: string, serviceId: string, how: string): Promise<void> {
    const editor = { ...this.world.supervisor, roles: [{ role: "knowledge_editor" as const, agencyId: null }] };
    const card = await createCard(this.pool, editor, { title, serviceId, how, who: "Tutti i residenti." });
    await publishCard(this.pool, editor, card.id, card.latestVersion);
  }

  /** A person of the registry office sits at a registered phone with the page open. */
  async officeAtWork(): Promise<void> {
    await this.pool.query(
      `with seat as (
        insert into seats (number, kind, sip_password, web_password) values ('301', 'office', 'sip', 'web') returning id
      ), phone as (insert into seat_contacts (account, online) values ('301', true))
      insert into operators (person_id, seat_id, signed_in_at, stream_lost_at) select $1, id, now(), null from seat`,
      [this.world.office.id],
    );
  }

  async directoryEntry(name: string, role: string, phone: string): Promise<void> {
    await this.pool.query(
      `insert into directory_entries (agency_id, external_id, kind, name, role, phone) values ($1, $2::text, 'person', $2, $3, $4)`,
      [this.world.agencies[0], name, role, phone],
    );
  }

  /** How the call's live transfer ends. */
  async endTransfer(callId: string, result: string): Promise<void> {
    await this.pool.query(
      `with t as (
        update transfers t set state = 'ended', result = $2, ended_at = now()
        where call_id = $1 and state <> 'ended' returning t.*
      ), h as (
        insert into case_history (case_id, seq, actor, kind, data)
        select t.case_id, (select max(seq) + 1 from case_history h where h.case_id = t.case_id), 'system:transfers',
          'transfer_failed', '{}' from t where $2 <> 'completed'
      )
      select tell_transfer(row(t.*)::transfers) from t`,
      [callId, result],
    );
  }

  /** What the copy that owns the call would do. */
  private async obey(): Promise<void> {
    const { rows } = await this.pool.query<{ id: string; call_id: string; kind: string }>(
      "update call_commands set state = 'done' where state = 'pending' returning id, call_id, kind",
    );
    for (const { id, call_id: callId, kind } of rows) {
      if (kind === "return" || kind === "drop") await this.endTransfer(callId, "returned");
      const state = stateAfter[kind];
      if (state) {
        await this.pool.query(
          `with t as (update transfers t set state = $2 where call_id = $1 and state <> 'ended' returning t.*)
          select tell_transfer(row(t.*)::transfers) from t`,
          [callId, state],
        );
      }
      await this.pool.query("select pg_notify('call_command_done', $1)", [id]);
    }
  }
}
