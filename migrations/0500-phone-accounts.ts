import type { Knex } from "knex";

/**
 * The phones' accounts as a registrar in front of several Asterisks reads them (ops/kamailio): RFC 2617's HA1 with the
 * realm 055055, so that it never sees a password. A seat out of use has none.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create view v_phone_accounts as
      select number as username, md5(number || ':055055:' || sip_password) as ha1
        from seats where disabled_at is null and sip_password <> ''
      union all
      select number || '-web', md5(number || '-web:055055:' || web_password)
        from seats where disabled_at is null and web_password <> '';
  `);
}
