import { inTransaction } from "../database/in-transaction.ts";
import { createPool } from "../database/pool.ts";
import { silentLogger } from "../log.ts";
import { insertNewPerson, otherAdministrators, writeScope } from "./admin/people-store.ts";
import { oneTimePassword } from "./admin/save-person.ts";
import { holdFirstAdministrator, writeAudit } from "./person-store.ts";
import { hashPassword } from "./sign-in/password.ts";

const nobody = "00000000-0000-0000-0000-000000000000";

/**
 * Outside a demo: an administrator with a random password when there is none (ASVS 6.3.2: no default account). Null
 * when somebody administers already. The password is told here and nowhere else, and must be changed at once.
 */
export async function makeFirstAdministrator(url: string): Promise<{ login: string; password: string } | null> {
  const pool = createPool(url, "web", 1, silentLogger);
  try {
    const password = oneTimePassword();
    const passwordHash = await hashPassword(password);
    return await inTransaction(pool, async (client) => {
      await holdFirstAdministrator(client);
      if ((await otherAdministrators(client, nobody)) > 0) return null;
      const login = "admin";
      const person = { login, displayName: "Amministratore", email: null, language: "it" };
      const id = await insertNewPerson(client, { ...person, passwordHash });
      const scope = { roles: [{ role: "administrator" as const, agencyId: null }], officeIds: [], serviceIds: [] };
      await writeScope(client, id, scope);
      await writeAudit(client, {
        ...{ personId: null, actor: "system:start", action: "person.first_administrator" },
        ...{ subjectKind: "person", subjectId: id },
      });
      return { login, password };
    });
  } finally {
    await pool.end();
  }
}
