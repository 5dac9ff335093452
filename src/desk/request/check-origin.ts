import type { IncomingMessage } from "node:http";
import { AppError } from "../../errors.ts";

/**
 * Refuses what another site's page sends (CSRF, ASVS 3.5): a browser names the origin of every request that changes
 * something and of every WebSocket. Programs that send neither header are no browsers and hold no one's cookie by
 * accident. With an https public address only that origin counts; otherwise the host that was asked.
 */
export function checkOrigin(request: IncomingMessage, publicUrl: string | null): void {
  const { origin, host } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") throw foreign();
  if (origin === undefined) return;
  if (publicUrl && origin === new URL(publicUrl).origin) return;
  const own = host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
  if (!own || publicUrl?.startsWith("https:")) throw foreign();
}

function foreign(): AppError {
  return new AppError("forbidden_origin", "The request comes from another site");
}
