import { tellDesks } from "../../src/cases/case-news-store.ts";
import { inTransaction } from "../../src/database/in-transaction.ts";
import { TestFeed } from "../../test/support/web.ts";
import type { AccessTally } from "./access-tally.ts";
import { type AccessWorld, placeCase, places, type Walker } from "./access-world.ts";

/** Roles that a change at second level concerns; the first level hears of its own cases and of tasks only. */
const secondLevel = ["office_agent", "specialist", "rejects_agent", "agency_referent", "knowledge_editor"] as const;

/**
 * Live feeds: each person's page hears of a case exactly when that person sees it and has it on the desk; and the feed
 * ends with the roles.
 */
export async function walkFeeds(url: string, world: AccessWorld, check: () => Promise<void>, tally: AccessTally) {
  const walkers = secondLevel.map((role) => world.of(role));
  const feeds = new Map<Walker, TestFeed>();
  for (const walker of walkers) {
    const feed = await TestFeed.open(url, walker.client);
    await feed.until("hello", (one) => one.events("hello").length > 0);
    feeds.set(walker, feed);
  }
  for (const role of ["office_agent", "specialist", "rejects_agent"] as const) {
    for (const place of places) await tellAndLook(world, feeds, await placeCase(world, role, place), tally);
  }
  for (const [walker, feed] of feeds) await endWithRoles(world, walker, feed, check, tally);
}

async function tellAndLook(world: AccessWorld, feeds: Map<Walker, TestFeed>, caseId: string, tally: AccessTally) {
  await inTransaction(world.pool, (client) => tellDesks(client, null, [{ kind: "case", caseId, what: "moved" }]));
  // Numbered behind the news in every feed: what has not come by then does not come.
  const mark = crypto.randomUUID();
  for (const walker of feeds.keys()) {
    await world.pool.query("select append_desk_event($1, 'mark', jsonb_build_object('mark', $2::text))", [
      walker.id,
      mark,
    ]);
  }
  for (const [walker, feed] of feeds) {
    await feed.until("mark", (one) => one.events("mark").some(({ data }) => JSON.stringify(data).includes(mark)));
    const heard = feed.events("case").some(({ data }) => JSON.stringify(data).includes(caseId));
    const { status } = await walker.client.call("GET", `/cases/${caseId}`);
    const name = `feed of ${walker.role}: case that answers ${status}`;
    // A referent sees cases of theirs, but works on none: no news, and nobody else's either.
    if (status === 200 && walker.role !== "agency_referent") tally.allowed(heard, name);
    else tally.denied(!heard, name);
  }
}

async function endWithRoles(
  { pool }: AccessWorld,
  walker: Walker,
  feed: TestFeed,
  check: () => Promise<void>,
  tally: AccessTally,
): Promise<void> {
  await check();
  tally.allowed(!feed.ended, `feed of ${walker.role} goes on while the role is held`);
  const { rows } = await pool.query("delete from person_roles where person_id = $1 returning *", [walker.id]);
  await check();
  const ended = await feed
    .until("end", (one) => one.ended)
    .then(
      () => true,
      () => false,
    );
  tally.denied(ended, `feed of ${walker.role} goes on without the role`);
  feed.close();
  for (const { person_id, role, agency_id } of rows) {
    await pool.query("insert into person_roles (person_id, role, agency_id) values ($1, $2, $3)", [
      person_id,
      role,
      agency_id,
    ]);
  }
}
