import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { SignedInPerson } from "../people/person.ts";
import { writeAudit } from "../people/person-store.ts";
import { newSecret, type Webhook } from "./webhook.ts";
import { insertWebhook, lockWebhook, updateWebhook } from "./webhook-store.ts";

export type WebhookWish = Pick<Webhook, "name" | "url" | "kinds" | "agencyId">;

/** The secret is told here and never again. */
export async function createWebhook(
  pool: Pool,
  person: SignedInPerson,
  wish: WebhookWish,
): Promise<Webhook & { secret: string }> {
  const secret = newSecret();
  return inTransaction(pool, async (client) => {
    const webhook = await insertWebhook(client, { ...wish, secret, personId: person.id });
    await writeAudit(client, {
      ...{ personId: person.id, actor: person.login, action: "webhook.create", subjectKind: "webhook" },
      ...{ subjectId: webhook.id, data: wish },
    });
    return { ...webhook, secret };
  });
}

/** @throws AppError not_found, stale_version */
export async function editWebhook(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  changes: { [Member in keyof WebhookWish]?: WebhookWish[Member] | undefined } & { disabled?: boolean | undefined },
): Promise<Webhook> {
  return inTransaction(pool, async (client) => {
    const before = await lockWebhook(client, id);
    if (!before) throw noSuchWebhook();
    if (before.version !== version) {
      throw new AppError("stale_version", "The webhook was changed meanwhile", {
        it: "Il webhook è stato modificato nel frattempo: ricarichi e riprovi.",
        extra: { version: before.version },
      });
    }
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after = await updateWebhook(client, { ...before, ...given });
    await writeAudit(client, {
      ...{ personId: person.id, actor: person.login, action: "webhook.edit", subjectKind: "webhook" },
      ...{ subjectId: id, data: given },
    });
    return after;
  });
}

export function noSuchWebhook(): AppError {
  return new AppError("not_found", "There is no such webhook", { it: "Webhook inesistente." });
}
