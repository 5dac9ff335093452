import twilio from "twilio";
import { z } from "zod";
import { defineRoute, type Route } from "../../desk/route.ts";
import { AppError } from "../../errors.ts";
import type { MessageDeps } from "../message-routes.ts";
import type { MessageSettings } from "../message-settings.ts";
import { applyStatus } from "./apply-status.ts";

const path = "/webhooks/twilio/status";

/** Where the carrier tells the state of a sending; null: no address it could reach is set. */
export function statusCallbackUrl(settings: MessageSettings, sendingId: string): string | null {
  return settings.webhookUrl === null ? null : `${settings.webhookUrl}/api/v1${path}?sending=${sendingId}`;
}

/**
 * Twilio's status callback (REQ 5.4). Its signature covers the address that we gave it, which is built from the
 * setting and never from what the request says of its host. Anything unsigned is 403 and leaves no row (FAULTS S26).
 */
export function statusRoute({ pool, settings, log }: MessageDeps): Route {
  return defineRoute(
    {
      method: "post",
      path,
      permission: "public",
      summary: "Delivery state of an SMS, told by the carrier",
      bodyKind: "form",
      query: z.object({ sending: z.uuid().optional() }),
      body: z.looseObject({}),
    },
    async ({ query, body, web }) => {
      const signature = web.request.headers["x-twilio-signature"];
      const url = `${settings.webhookUrl}${web.request.originalUrl}`;
      const token = settings.sms?.authToken;
      const signed =
        token !== undefined &&
        settings.webhookUrl !== null &&
        typeof signature === "string" &&
        twilio.validateRequest(token, signature, url, body);
      if (!signed) throw new AppError("forbidden_origin", "The signature does not fit");
      const { MessageSid, MessageStatus, ErrorCode } = body;
      if (typeof MessageSid !== "string" || typeof MessageStatus !== "string") {
        throw new AppError("invalid_form", "No message and state are told");
      }
      await applyStatus(pool, log, {
        ...{ sid: MessageSid, status: MessageStatus, sendingId: query.sending ?? null },
        errorCode: typeof ErrorCode === "string" && ErrorCode !== "" ? ErrorCode : null,
      });
      return undefined;
    },
  );
}
