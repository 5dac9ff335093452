import { randomUUID } from "node:crypto";
import { silentLogger } from "../../src/log.ts";
import { type DemoProviders, demoAccount, startDemoProviders } from "../../src/messages/demo/demo-providers.ts";
import type { MessageSettings } from "../../src/messages/message-settings.ts";
import { type Messages, type MessagesOptions, startMessages } from "../../src/messages/start-messages.ts";
import type { SignedInPerson } from "../../src/people/person.ts";
import { type CaseWorld, callOf, caseActions, citizenOf, type TestCall, type TestService } from "./cases.ts";
import type { TestDatabase } from "./database.ts";

export const verpSecret = "a secret of the tests' mail";

export function settingsFor(providers: DemoProviders, webhookUrl: string | null = null): MessageSettings {
  return {
    sms: { ...demoAccount, baseUrl: providers.url },
    mail: {
      ...{ smtpUrl: providers.smtpUrl, from: "055055@example.it", fromName: "055055", domain: "example.it" },
      ...{ verpSecret, dkim: null },
    },
    bounceUrl: null,
    webhookUrl,
  };
}

/** Short pauses: what takes minutes takes tenths of a second. */
export const quickTiming: MessagesOptions["timing"] = {
  outbox: { firstRetryMs: 50, longestRetryMs: 200 },
  reconcile: { pauseMs: 100, quietMs: 400 },
  sweepMs: 150,
};

export type MessageBench = {
  providers: DemoProviders;
  settings: MessageSettings;
  messages: Messages;
  stop(): Promise<void>;
};

/** Carrier, mail server and one copy's message part. */
export async function messageBench(
  { pool, url }: TestDatabase,
  timing: MessagesOptions["timing"] = quickTiming,
  webhookUrl: string | null = null,
  withBounces = false,
): Promise<MessageBench> {
  const providers = await startDemoProviders();
  const bounceUrl = withBounces ? providers.url : null;
  const settings = { ...settingsFor(providers, webhookUrl), bounceUrl };
  const messages = await startMessages({
    pool,
    log: silentLogger,
    timing,
    config: { databaseUrl: url, messages: settings },
  });
  return {
    ...{ providers, settings, messages },
    stop: async () => {
      await messages.stop();
      await providers.stop();
    },
  };
}

/** A published card of the service with all its texts, and a released document. */
export async function cardOf({ pool, anna }: CaseWorld, service: TestService, smsText = "Via Roma 1, lun-ven 9-13") {
  const { rows } = await pool.query(
    `with c as (
      insert into cards (agency_id, service_id, title, search, title_search, published_version)
      values ($1, $2, 'Carta', to_tsvector('italian', 'carta'), to_tsvector('italian', 'carta'), 1) returning id
    ), v as (
      insert into card_versions (card_id, version, title, who, where_text, when_text, how, sms_text, work_done_text,
        answers, actor)
      select id, 1, 'Carta', 'I residenti', 'Via Roma 1', 'Lun-ven 9-13', 'Con due foto', $3, 'La pratica è pronta.',
        '[{"reason":"booking","language":"it","text":"Prenotato."}]', 'test' from c
    ), f as (
      insert into card_documents (card_id, name, media_type, size_bytes, sha256, content, released_at, released_by_id,
        created_by_id)
      select id, 'modulo.pdf', 'application/pdf', 8, md5(id::text), '%PDF-1.7', now(), $4, $4 from c returning id
    )
    select c.id as "cardId", f.id as "documentId" from c, f`,
    [service.agencyId, service.id, smsText, anna.id],
  );
  return rows[0] as { cardId: string; documentId: string };
}

export async function templateId({ pool }: CaseWorld, code: string): Promise<string> {
  const { rows } = await pool.query("select id from email_templates where code = $1", [code]);
  return rows[0].id;
}

/** A draft of an information call in which the operator has spoken and written the answer. */
export async function answeredDraft(
  world: CaseWorld,
  operator: SignedInPerson = world.anna,
  service: TestService = world.services.base,
): Promise<TestCall & { citizenId: string; email: string }> {
  const call = await callOf(world, operator);
  const citizenId = await citizenOf(world, call.e164);
  const email = `citizen.${randomUUID().slice(0, 8)}@example.org`;
  await world.pool.query(
    "insert into citizen_contacts (citizen_id, kind, value, source) values ($1, 'email', $2, 'declared')",
    [citizenId, email],
  );
  await caseActions(world).edit(operator, call.caseId, {
    ...{ reason: "information", informationKinds: ["who_where_when"], request: "Dove?", answer: "In via Roma" },
    ...{ serviceId: service.id, citizenId },
  });
  return { ...call, citizenId, email };
}

/** Waits for something that a worker does in a moment, by looking; the test's own time limit ends it. */
export async function eventually<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export async function sendingsOf({ pool }: CaseWorld, messageId: string) {
  const { rows } = await pool.query(
    `select id, try, state, provider_id as "providerId", error_code as "errorCode", attempts, dead_at as "deadAt",
      to_address as "toAddress" from message_sendings where message_id = $1 order by try`,
    [messageId],
  );
  return rows;
}

/** The state that the message's only (or last) sending reaches. @throws when it ends otherwise */
export async function reaches(world: CaseWorld, messageId: string, ...states: string[]) {
  return eventually(async () => {
    const last = (await sendingsOf(world, messageId)).at(-1);
    if (["failed", "undelivered"].includes(last?.state) && !states.includes(last.state)) {
      throw new Error(`the sending is ${last.state} (${last.errorCode}), not ${states.join(" or ")}`);
    }
    // A claim looks like the carrier's own "sending" but for the id.
    const claimed = last?.state === "sending" && last.providerId === null;
    return last && !claimed && states.includes(last.state) ? last : null;
  });
}
