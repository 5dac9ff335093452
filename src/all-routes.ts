import type { AsteriskConnection } from "./asterisk/connection.ts";
import { bookingRoutes } from "./bookings/booking-routes.ts";
import type { CallCommands } from "./calls/call-commands.ts";
import { callRoutes } from "./calls/call-routes.ts";
import { outboundRoutes } from "./calls/outbound/outbound-routes.ts";
import { caseRoutes } from "./cases/case-routes.ts";
import { citizenRoutes } from "./citizens/citizen-routes.ts";
import type { Clock } from "./clock.ts";
import type { Pool } from "./database/pool.ts";
import type { DeskStreams } from "./desk/desk-streams.ts";
import { feedRoutes } from "./desk/feed-routes.ts";
import type { Route } from "./desk/route.ts";
import { informationNeedRoutes } from "./information-needs/information-need-routes.ts";
import { flowRoutes } from "./ivr/editor/flow-routes.ts";
import { openingHoursRoutes } from "./ivr/hours/opening-hours-routes.ts";
import { promptRoutes } from "./ivr/recordings/prompt-routes.ts";
import { cardRoutes } from "./knowledge/card-routes.ts";
import type { Logger } from "./log.ts";
import { messageRoutes } from "./messages/message-routes.ts";
import type { MessageSettings } from "./messages/message-settings.ts";
import { open311Routes } from "./open311/open311-routes.ts";
import { operatorRoutes } from "./operators/operator-routes.ts";
import { pauseReasonRoutes } from "./operators/pause-reason-routes.ts";
import type { WritePhone } from "./operators/seats/issue-web-phone.ts";
import { seatRoutes } from "./operators/seats/seat-routes.ts";
import { organisationRoutes } from "./organisation/organisation-routes.ts";
import { peopleRoutes } from "./people/admin/people-routes.ts";
import { auditRoutes } from "./people/audit/audit-routes.ts";
import type { OidcSettings } from "./people/sign-in/oidc/oidc-client.ts";
import { oidcRoutes } from "./people/sign-in/oidc/oidc-routes.ts";
import { sessionRoutes } from "./people/sign-in/session-routes.ts";
import { privacyRoutes } from "./privacy/privacy-routes.ts";
import { queueRoutes } from "./queue/queue-routes.ts";
import { reportRoutes } from "./reports/report-routes.ts";
import { directoryRoutes } from "./switchboard/directory-routes.ts";
import { availabilityRoutes } from "./transfers/availability/availability-routes.ts";
import { busyAccountsOn } from "./transfers/availability/busy-accounts.ts";
import { transferRoutes } from "./transfers/transfer-routes.ts";
import { wallboardRoutes } from "./wallboard/wallboard-routes.ts";
import { webhookRoutes } from "./webhooks/webhook-routes.ts";

export type RouteParts = {
  pool: Pool;
  clock: Clock;
  log: Logger;
  publicUrl: string | null;
  sessionSecret: string;
  /** Identity provider for sign-in; null: none. */
  oidc: OidcSettings | null;
  messages: MessageSettings;
  streams: DeskStreams;
  commands: CallCommands;
  /** The switches that are connected under this copy's own name. */
  links: () => readonly AsteriskConnection[];
  /** Brings the password of a page's phone to the switches. */
  writePhone: WritePhone;
  /** Where the sounds lie that callers hear; null or absent: not on this machine. */
  soundsDir?: string | null;
};

/** Every door of the page and of other programs; the access check walks this very list. */
export function allRoutes(parts: RouteParts): Route[] {
  const { pool, clock, log, publicUrl, sessionSecret, messages, streams, commands, links, writePhone } = parts;
  return [
    ...sessionRoutes({ pool, clock, sessionSecret }),
    ...oidcRoutes({ pool, clock, sessionSecret, oidc: parts.oidc, publicUrl }),
    ...peopleRoutes({ pool }),
    ...auditRoutes({ pool }),
    ...feedRoutes({ streams }),
    ...operatorRoutes({ pool, writePhone }),
    ...callRoutes({ pool, commands }),
    ...outboundRoutes({ pool }),
    ...availabilityRoutes({ pool, clock, busyAccounts: busyAccountsOn(links, log) }),
    ...transferRoutes({ pool, commands }),
    ...directoryRoutes({ pool, clock }),
    ...caseRoutes({ pool }),
    ...citizenRoutes({ pool }),
    ...privacyRoutes({ pool, clock }),
    ...organisationRoutes({ pool }),
    ...cardRoutes({ pool, clock }),
    ...bookingRoutes({ pool, clock, publicUrl }),
    ...informationNeedRoutes({ pool }),
    ...messageRoutes({ pool, settings: messages, log }),
    ...reportRoutes({ pool, clock }),
    ...webhookRoutes({ pool }),
    ...open311Routes({ pool, clock }),
    ...flowRoutes({ pool }),
    ...openingHoursRoutes({ pool, clock }),
    ...promptRoutes({ pool, soundsDir: parts.soundsDir ?? null }),
    ...queueRoutes({ pool }),
    ...pauseReasonRoutes({ pool }),
    ...seatRoutes({ pool }),
    ...wallboardRoutes({ pool }),
  ];
}
