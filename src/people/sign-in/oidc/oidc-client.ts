import * as oidc from "openid-client";
import { AppError } from "../../../errors.ts";

export type OidcSettings = { issuer: string; clientId: string; clientSecret: string };
/** What the browser keeps, sealed, between leaving for the provider and coming back. */
export type OidcFlow = { state: string; nonce: string; verifier: string; startedAt: number };
export type OidcIdentity = { issuer: string; subject: string; secondFactor: boolean };

const answerSeconds = 5;
/** Authentication methods (RFC 8176) that are, or include, a second factor. */
const strongMethods = ["mfa", "otp", "hwk", "swk", "sc"];

/**
 * Sign-in at an identity provider (OpenID Connect, code flow with PKCE). SPID and CIE come through such a provider.
 * Its metadata is read at the first sign-in, not at start: calls must not wait for somebody else's server.
 */
export class OidcClient {
  private found: Promise<oidc.Configuration> | null = null;
  private readonly settings: OidcSettings;
  private readonly callback: string;

  constructor(settings: OidcSettings, publicUrl: string) {
    this.settings = settings;
    this.callback = `${publicUrl.replace(/\/$/, "")}/api/v1/session/oidc/callback`;
  }

  /** Where the browser is sent, and what it keeps. @throws AppError too_slow when the provider does not answer */
  async begin(now: Date): Promise<{ url: string; flow: OidcFlow }> {
    const verifier = oidc.randomPKCECodeVerifier();
    const flow = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier, startedAt: now.getTime() };
    const url = oidc.buildAuthorizationUrl(await this.configuration(), {
      redirect_uri: this.callback,
      scope: "openid",
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    return { url: url.href, flow };
  }

  /**
   * Who came back, as the provider's signed word. @param query of the callback, with its "?"
   * @throws AppError wrong_credentials for whatever is not in order
   */
  async finish(query: string, flow: OidcFlow): Promise<OidcIdentity> {
    const configuration = await this.configuration();
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, new URL(this.callback + query), {
        pkceCodeVerifier: flow.verifier,
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error("no ID token");
      const methods = Array.isArray(claims.amr) ? claims.amr : [];
      return {
        issuer: claims.iss,
        subject: claims.sub,
        secondFactor: methods.some((one) => strongMethods.includes(String(one))),
      };
    } catch (error) {
      throw new AppError(
        "wrong_credentials",
        "The identity provider's answer is not in order",
        {
          refusal: "oidc_refused",
          it: "L'accesso con il fornitore di identità non è riuscito.",
        },
        error,
      );
    }
  }

  private async configuration(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    const insecure =
      new URL(issuer).protocol === "http:" && /^(localhost|127\.0\.0\.1)$/.test(new URL(issuer).hostname);
    this.found ??= oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: answerSeconds,
      // A provider without TLS is one for tests, on this very machine.
      ...(insecure ? { execute: [oidc.allowInsecureRequests] } : {}),
    });
    try {
      return await this.found;
    } catch (error) {
      this.found = null;
      throw new AppError(
        "too_slow",
        "The identity provider does not answer",
        {
          it: "Il fornitore di identità non risponde: riprovi o acceda con la password.",
          retryAfterSeconds: 5,
        },
        error,
      );
    }
  }
}
