import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { expect } from "chai";
import Provider from "oidc-provider";
import { systemClock } from "../src/clock.ts";
import { oidcRoutes } from "../src/people/sign-in/oidc/oidc-routes.ts";
import { freePort, type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestWeb, testPerson, testWeb } from "./support/web.ts";

const sessionSecret = "a secret of the tests";

/** A browser that keeps cookies by host and follows nothing by itself. */
class Browser {
  private readonly cookies = new Map<string, Map<string, string>>();

  async go(url: string, form?: Record<string, string>): Promise<{ status: number; next: string; text: string }> {
    const { host } = new URL(url);
    const jar = this.cookies.get(host) ?? new Map<string, string>();
    this.cookies.set(host, jar);
    const response = await fetch(url, {
      redirect: "manual",
      method: form ? "POST" : "GET",
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get("location");
    return { status: response.status, next: location ? new URL(location, url).href : "", text: await response.text() };
  }

  /** Follows redirects until one leads to `stop`, or to nothing. */
  async follow(url: string, stop: string): Promise<string> {
    let at = url;
    for (let n = 0; n < 10 && at !== "" && !at.includes(stop); n++) at = (await this.go(at)).next;
    return at;
  }

  forget(host: string): void {
    this.cookies.delete(host);
  }
}

describe("people: signing in at an identity provider (OpenID Connect)", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let provider: Server;
  let issuer: string;
  let ginaId: string;

  before(async () => {
    database = await testDatabase();
    const { pool } = database;
    const [port, providerPort] = [await freePort(), await freePort()];
    issuer = `http://127.0.0.1:${providerPort}`;
    const publicUrl = `http://127.0.0.1:${port}`;
    const client = { client_id: "055055", client_secret: "a secret of the provider's" };
    const clients = [{ ...client, redirect_uris: [`${publicUrl}/api/v1/session/oidc/callback`] }];
    provider = createServer(new Provider(issuer, { clients, cookies: { keys: ["a key of the tests"] } }).callback());
    provider.listen(providerPort, "127.0.0.1");
    await once(provider, "listening");
    const oidc = { issuer, clientId: client.client_id, clientSecret: client.client_secret };
    web = await testWeb(database, {
      routes: oidcRoutes({ pool, clock: systemClock, sessionSecret, oidc, publicUrl }),
      more: { config: { port, publicUrl, sessionSecret } },
    });
    ginaId = await testPerson(pool, "gina", "office_agent");
    await pool.query("insert into person_identities (issuer, subject, person_id) values ($1, 'gina-at-home', $2)", [
      issuer,
      ginaId,
    ]);
  });
  after(async () => {
    await web.close();
    provider.closeAllConnections();
    await new Promise((resolve) => provider.close(resolve));
    await database.drop();
  });

  /** Through the provider's own pages, up to the address that leads back here. */
  async function callbackAs(browser: Browser, subject: string): Promise<string> {
    const login = await browser.follow(`${web.url}/api/v1/session/oidc`, "/interaction/");
    const { next } = await browser.go(login, { prompt: "login", login: subject, password: "x" });
    const consent = await browser.follow(next, "/interaction/");
    const answered = await browser.go(consent, { prompt: "consent" });
    return browser.follow(answered.next, "/session/oidc/callback");
  }

  it("signs in the person who is linked with the identity, once", async () => {
    const browser = new Browser();
    const callback = await callbackAs(browser, "gina-at-home");
    const back = await browser.go(callback);
    expect([back.status, back.next], back.text).deep.equal([303, `${web.url}/`]);
    const me = JSON.parse((await browser.go(`${web.url}/api/v1/me`)).text);
    expect(me.person).include({ id: ginaId, login: "gina" });
    const { rows } = await database.pool.query("select data from audit where action = 'sign_in'");
    expect(rows).deep.equal([{ data: { issuer } }]);
    expect((await browser.go(callback)).status).equal(401);
  });

  it("lets in nobody whom no administrator has linked, though the provider vouches for them", async () => {
    const browser = new Browser();
    const refused = await browser.go(await callbackAs(browser, "gina"));
    expect([refused.status, JSON.parse(refused.text).code]).deep.equal([401, "oidc_unknown"]);
    expect((await browser.go(`${web.url}/api/v1/me`)).status).equal(401);
  });

  it("takes no answer that another browser asked for, nor one that was tampered with", async () => {
    const [victim, attacker] = [new Browser(), new Browser()];
    const callback = await callbackAs(attacker, "gina-at-home");
    const planted = await victim.go(callback);
    expect([planted.status, JSON.parse(planted.text).code]).deep.equal([401, "oidc_flow"]);
    const wrong = await attacker.go(callback.replace(/state=[^&]+/, "state=another"));
    expect([wrong.status, JSON.parse(wrong.text).code]).deep.equal([401, "oidc_refused"]);
  });

  it("lets nobody in who was switched off here", async () => {
    await database.pool.query("update people set disabled_at = now() where id = $1", [ginaId]);
    const browser = new Browser();
    expect((await browser.go(await callbackAs(browser, "gina-at-home"))).status).equal(401);
  });
});
