import type { AsteriskConnection } from "../../asterisk/connection.ts";
import { getEndpoint } from "../../asterisk/phones.ts";
import { errorText } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import type { BusyAccounts } from "./availability.ts";

const askMs = 1_500;

/**
 * Asks every connected switch which of these accounts have a channel: a call that our rows do not know of. Null when
 * no switch answered; then only the rows decide, and the evidence says so.
 */
export function busyAccountsOn(
  links: () => readonly AsteriskConnection[],
  log: Logger,
): (accounts: readonly string[]) => Promise<BusyAccounts> {
  return async (accounts) => {
    const answers = await Promise.all(
      links()
        .filter((link) => link.connected)
        .map((link) => askOne(link, accounts, log)),
    );
    const given = answers.filter((answer) => answer !== null);
    return given.length === 0 ? null : new Set(given.flat());
  };
}

async function askOne(link: AsteriskConnection, accounts: readonly string[], log: Logger): Promise<string[] | null> {
  try {
    const endpoints = await Promise.all(accounts.map((account) => getEndpoint(link, account, { timeoutMs: askMs })));
    return endpoints.flatMap((endpoint) => (endpoint && endpoint.channelIds.length > 0 ? [endpoint.name] : []));
  } catch (error) {
    // A switch that does not answer must not keep the operator from checking: the phone is looked at again when rung.
    log.warn({ reason: errorText(error) }, "a switch did not say which phones are in use");
    return null;
  }
}
