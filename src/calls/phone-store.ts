import type { Phone } from "../asterisk/phones.ts";
import type { Queryable } from "../database/pool.ts";

/** The two accounts of each seat: NUMBER for a SIP phone, NUMBER-web for the page. */
export async function phoneAccounts(db: Queryable): Promise<Phone[]> {
  const { rows } = await db.query(
    `select number as name, sip_password as password, false as webrtc,
        format('"Postazione %s" <%s>', number, number) as "callerId"
      from seats where disabled_at is null
    union all
    select number || '-web', web_password, true, format('"Postazione %s" <%s>', number, number)
      from seats where disabled_at is null
    order by name`,
  );
  return rows;
}

/** Both accounts of the seats that were closed. */
export async function closedAccounts(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select number || suffix as name from seats, unnest(array['', '-web']) as a (suffix)
    where disabled_at is not null order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** Phones of people who are at work and can not be rung: those who came last first. */
export async function awaitedAccounts(db: Queryable, most: number): Promise<string[]> {
  const { rows } = await db.query<{ account: string }>(
    `select a.account from operators o join seats s on s.id = o.seat_id and s.disabled_at is null,
      lateral (select s.number || case o.phone when 'web' then '-web' else '' end as account) a
    where o.signed_in_at is not null
      and not exists (select from seat_contacts c where c.account = a.account and c.online)
    order by o.signed_in_at desc limit $1`,
    [most],
  );
  return rows.map(({ account }) => account);
}

/** True when a row changed: somebody may have become worth an offer. */
export async function writeContacts(db: Queryable, accounts: string[], online: string[]): Promise<boolean> {
  // Only what differs is locked: this is asked every other second.
  const { rowCount } = await db.query(
    `insert into seat_contacts as c (account, online)
    select account, account = any($2::text[]) from unnest($1::text[]) as a (account)
    where not exists (
      select from seat_contacts k where k.account = a.account and k.online = (a.account = any($2::text[]))
    ) order by account
    on conflict (account) do update set online = excluded.online, changed_at = now()
      where c.online is distinct from excluded.online`,
    [accounts, online],
  );
  return (rowCount ?? 0) > 0;
}

/** Found out by an offer, between two looks: nobody is sent there until a look has seen the phone again. */
export async function noteOffline(db: Queryable, account: string): Promise<void> {
  await db.query("update seat_contacts set online = false, changed_at = now() where account = $1 and online", [
    account,
  ]);
}
