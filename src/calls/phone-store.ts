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

/** True when a row changed: somebody may have become worth an offer. */
export async function writeContacts(db: Queryable, accounts: string[], online: string[]): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into seat_contacts as c (account, online)
    select account, account = any($2::text[]) from unnest($1::text[]) as account order by account
    on conflict (account) do update set online = excluded.online, changed_at = now()
      where c.online is distinct from excluded.online`,
    [accounts, online],
  );
  return (rowCount ?? 0) > 0;
}
