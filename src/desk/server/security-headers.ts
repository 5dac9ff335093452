import type { RequestHandler } from "express";
import helmet from "helmet";

/**
 * Strict headers on every answer (ASVS 3.4): nothing inline, nothing from elsewhere, no frame, no referrer. The phone
 * in the page needs the microphone and a WebSocket to this very host.
 */
export function securityHeaders(publicUrl: string | null): RequestHandler[] {
  const https = publicUrl?.startsWith("https:") ?? false;
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        // bootstrap-italia's icons in CSS are data addresses.
        imgSrc: ["'self'", "data:"],
        mediaSrc: ["'self'", "blob:"],
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        // Some browsers do not count ws: of the same host as 'self'.
        connectSrc: ["'self'", (request) => socketSource(request.headers.host, publicUrl)],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: "deny" },
  });
  return [
    headers,
    (_request, response, next) => {
      response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=(self), payment=()");
      next();
    },
  ];
}

function socketSource(host: string | undefined, publicUrl: string | null): string {
  if (publicUrl) return publicUrl.replace(/^http/, "ws").replace(/^(wss?:\/\/[^/]+).*$/, "$1");
  return host !== undefined && /^[\w.:[\]-]+$/.test(host) ? `ws://${host}` : "'self'";
}
