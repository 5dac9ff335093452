/** The part of oidc-provider 9 that the test uses; it ships no types. */
declare module "oidc-provider" {
  import type { RequestListener } from "node:http";

  type Client = { client_id: string; client_secret: string; redirect_uris: string[] };
  export default class Provider {
    constructor(issuer: string, configuration: { clients: Client[]; cookies: { keys: string[] } });
    callback(): RequestListener;
  }
}
