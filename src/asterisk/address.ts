/** Where an Asterisk is. The password must never reach a log or an error. */
export type AsteriskAddress = {
  /** `http://host:port`, without a path. */
  url: string;
  user: string;
  password: string;
};

/** The Authorization header: credentials in the query string would end up in access logs. */
export function authorizationOf(address: AsteriskAddress): string {
  return `Basic ${Buffer.from(`${address.user}:${address.password}`).toString("base64")}`;
}
