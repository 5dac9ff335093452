import { expect } from "chai";
import { systemClock } from "../src/clock.ts";
import { forgetOldSearches } from "../src/knowledge/search/card-search-store.ts";
import { consentText } from "../src/messages/sms/sms-store.ts";
import { privacyRoutes } from "../src/privacy/privacy-routes.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestClient, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

describe("privacy: texts of consent have versions, retention is data", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let admin: TestClient;
  let supervisor: TestClient;

  before(async () => {
    database = await testDatabase();
    const { pool } = database;
    web = await testWeb(database, { routes: privacyRoutes({ pool, clock: systemClock }) });
    await testPerson(pool, "admin", "administrator");
    await testPerson(pool, "olga", "supervisor");
    admin = await testClient(web.url, "admin");
    supervisor = await testClient(web.url, "olga");
  });
  after(async () => {
    await web.close();
    await database.drop();
  });

  type Version = { version: string; current: boolean; consents: number; madeBy: string | null };
  const versions = async () => (await admin.call("GET", "/consent-texts")).body.items as unknown as Version[];
  const text = { textIt: "Posso inviarle un SMS con i dati?", textEn: "May I send you a text message?" };

  it("adds a version that is read out from its day on; what citizens agreed to is never rewritten", async () => {
    expect(await versions()).length(1);
    const made = await admin.call("POST", "/consent-texts", { version: "2027-1", ...text });
    expect(made.status, JSON.stringify(made.body)).oneOf([201, 204]);
    const later = await admin.call("POST", "/consent-texts", {
      ...{ version: "2099-1", ...text, validFrom: "2099-01-01T00:00:00Z" },
    });
    expect(later.status).oneOf([201, 204]);
    expect((await versions()).map(({ version, current }) => [version, current])).deep.equal([
      ["2099-1", false],
      ["2027-1", true],
      ["2026-1", false],
    ]);
    const [, mine, delivered] = await versions();
    expect([mine?.madeBy, delivered?.madeBy]).deep.equal(["admin", null]);
    expect(await consentText(database.pool)).deep.equal({ version: "2027-1", it: text.textIt, en: text.textEn });
    for (const statement of ["update sms_consent_texts set text_it = text_en", "delete from sms_consent_texts"]) {
      expect(String(await database.pool.query(statement).catch((error) => error))).contain("append-only");
    }
    const { rows } = await database.pool.query("select actor, subject_id from audit where action = 'consent_text.add'");
    expect(rows).deep.include({ actor: "admin", subject_id: "2027-1" });
  });

  it("refuses a version that is there, one from the past, empty words, and whoever may not", async () => {
    const wrong = async (body: object, client = admin) => (await client.call("POST", "/consent-texts", body)).status;
    expect(await wrong({ version: "2026-1", ...text })).equal(409);
    expect(await wrong({ version: "a", ...text, validFrom: "2020-01-01T00:00:00Z" })).equal(400);
    expect(await wrong({ version: "b", ...text, textIt: "   " })).equal(400);
    expect(await wrong({ version: "con spazi", ...text })).equal(400);
    expect(await wrong({ version: "c", ...text }, supervisor)).equal(403);
  });

  it("keeps every kind that holds personal data by a rule that the administrator changes", async () => {
    type Rule = { kind: string; reason: string | null; keepDays: number; version: number };
    const rules = (await admin.call("GET", "/retention-rules")).body.items as unknown as Rule[];
    expect(new Set(rules.map(({ kind }) => kind))).deep.equal(
      new Set(["case", "citizen", "bounce", "report", "operator_log", "card_search"]),
    );
    expect(rules.filter(({ kind }) => kind === "case")).length(9);
    const { version = 0 } = rules.find(({ kind }) => kind === "card_search") ?? {};
    const changed = await admin.call(
      "PUT",
      "/retention-rules",
      { kind: "card_search", keepDays: 10 },
      { "if-match": `"${version}"` },
    );
    expect(changed.status).equal(204);
    await database.pool.query(
      `insert into card_searches (text, found, at) values ('vecchia', 'nothing', now() - interval '11 days'),
        ('recente', 'nothing', now() - interval '9 days')`,
    );
    expect(await forgetOldSearches(database.pool)).equal(1);
    const { rows } = await database.pool.query("select text from card_searches");
    expect(rows).deep.equal([{ text: "recente" }]);
  });
});
