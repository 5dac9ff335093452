import type { AsteriskConnection } from "../asterisk/connection.ts";
import { getEndpoint, listEndpoints, type Phone, pushPassword, pushPhones, removePhone } from "../asterisk/phones.ts";
import type { HostAndPort } from "../config.ts";
import type { Pool } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { awaitedAccounts, closedAccounts, phoneAccounts, writeContacts } from "./phone-store.ts";

const lookMs = 2_000;
/** With more accounts a look at all of them holds the switch up for so long that it comes only every ten seconds. */
const fewAccounts = 100;
const lookAtAllMs = 10_000;
const mostAwaited = 50;

/**
 * Which phones are registered: one copy looks every other second, with one command a switch for all accounts (it costs
 * the switch 0.2 ms an account), or, where they are many, mostly only at the phones of people who are at work without
 * one. An offer looks again at its own phone before it rings (offer-call.ts), so this only decides who is worth an offer.
 */
export class PhoneWatch {
  private accounts = new Set<string>();
  private timer: NodeJS.Timeout | null = null;
  private lookedAtAll = Number.NEGATIVE_INFINITY;
  private readonly pool: Pool;
  private readonly links: () => AsteriskConnection[];
  private readonly registrar: HostAndPort | null;
  private readonly isLooker: () => boolean;
  private readonly onChange: () => void;
  private readonly log: Logger;

  /** `isLooker`: true in one of the living copies. `registrar`: where phones register, when not at the switches. */
  constructor(options: {
    pool: Pool;
    links: () => AsteriskConnection[];
    registrar: HostAndPort | null;
    isLooker: () => boolean;
    onChange: () => void;
    log: Logger;
  }) {
    this.pool = options.pool;
    this.links = options.links;
    this.registrar = options.registrar;
    this.isLooker = options.isLooker;
    this.onChange = options.onChange;
    this.log = options.log;
  }

  start(): void {
    this.timer = setTimeout(() => void this.look(), lookMs / 2);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Writes every seat's two accounts to a switch, unless it has just them (VOICE, The phone in the browser). */
  async provision(link: AsteriskConnection): Promise<void> {
    const phones = await this.phones();
    this.accounts = new Set(phones.map((phone) => phone.name));
    const wrote = await pushPhones(link, phones);
    // A telephone of a closed seat registers no more; the list changes with every seat that is closed or opened.
    if (wrote) for (const account of await closedAccounts(this.pool)) await removePhone(link, account);
    if (wrote) this.log.info({ accounts: phones.length }, "phone accounts written to the switch");
  }

  /** A seat was made or changed. */
  async provisionAll(): Promise<void> {
    for (const link of this.links()) if (link.connected) await this.provision(link);
  }

  /**
   * A page got a new password. A switch that is away gets it when the page, refused there, asks for another.
   * @throws AriError
   */
  async writePassword(account: string): Promise<void> {
    // A registrar reads the passwords where they are (v_phone_accounts).
    if (this.registrar) return;
    const phone = (await this.phones()).find(({ name }) => name === account);
    if (!phone) return;
    const links = this.links().filter((link) => link.connected);
    await Promise.all(links.map((link) => pushPassword(link, phone)));
  }

  private async phones(): Promise<Phone[]> {
    const phones = await phoneAccounts(this.pool);
    if (!this.registrar) return phones;
    const registrar = `${this.registrar.host}:${this.registrar.port}`;
    return phones.map((phone) => ({ ...phone, registrar }));
  }

  private async look(): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.lookOnce();
    } catch (error) {
      this.log.warn({ reason: errorText(error) }, "phones not looked at");
    }
    if (this.timer)
      this.timer = setTimeout(() => void this.look(), Math.max(200, lookMs - (performance.now() - startedAt)));
  }

  private async lookOnce(): Promise<void> {
    const links = this.links().filter((link) => link.connected);
    if (!this.isLooker() || links.length === 0) return;
    const now = performance.now();
    const all = this.accounts.size <= fewAccounts || now - this.lookedAtAll >= lookAtAllMs;
    if (all) this.lookedAtAll = now;
    const accounts = all ? [...this.accounts] : await awaitedAccounts(this.pool, mostAwaited);
    const seen = await Promise.all(links.map((link) => (all ? seenAmongAll(link) : seenOf(link, accounts))));
    // At a registrar every switch asks for itself, each in its own time: who is not known to all of them yet, or any more,
    // could not be rung by one of them. Who registers at a switch is known to that one alone.
    const isSeen = (account: string) => {
      const at = (phones: Set<string>) => phones.has(account);
      return this.registrar ? seen.every(at) : seen.some(at);
    };
    if (await writeContacts(this.pool, accounts, accounts.filter(isSeen))) this.onChange();
  }
}

async function seenAmongAll(link: AsteriskConnection): Promise<Set<string>> {
  const endpoints = await listEndpoints(link);
  return new Set(endpoints.filter(({ state }) => state === "online").map(({ name }) => name));
}

async function seenOf(link: AsteriskConnection, accounts: string[]): Promise<Set<string>> {
  const seen = new Set<string>();
  for (const account of accounts) if ((await getEndpoint(link, account))?.state === "online") seen.add(account);
  return seen;
}
