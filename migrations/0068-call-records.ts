import type { Knex } from "knex";

/** How far Asterisk's own call records were read; cdr_imports of 0060 became superfluous. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    drop table cdr_imports;

    create table call_record_files (
      folder text primary key,
      inode bigint not null,
      read_bytes bigint not null
    );
  `);
}
