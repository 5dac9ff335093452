import { bookingRoutes } from "../../src/bookings/booking-routes.ts";
import { CallCommands } from "../../src/calls/call-commands.ts";
import { callRoutes } from "../../src/calls/call-routes.ts";
import { LiveCalls } from "../../src/calls/live-calls.ts";
import { caseRoutes } from "../../src/cases/case-routes.ts";
import { citizenRoutes } from "../../src/citizens/citizen-routes.ts";
import { systemClock } from "../../src/clock.ts";
import type { Pool } from "../../src/database/pool.ts";
import { informationNeedRoutes } from "../../src/information-needs/information-need-routes.ts";
import { flowRoutes } from "../../src/ivr/editor/flow-routes.ts";
import { openingHoursRoutes } from "../../src/ivr/hours/opening-hours-routes.ts";
import { promptRoutes } from "../../src/ivr/recordings/prompt-routes.ts";
import { cardRoutes } from "../../src/knowledge/card-routes.ts";
import { silentLogger } from "../../src/log.ts";
import { messageRoutes } from "../../src/messages/message-routes.ts";
import { pauseReasonRoutes } from "../../src/operators/pause-reason-routes.ts";
import { seatRoutes } from "../../src/operators/seats/seat-routes.ts";
import { loadDemoData } from "../../src/organisation/demo-data.ts";
import { organisationRoutes } from "../../src/organisation/organisation-routes.ts";
import { peopleRoutes } from "../../src/people/admin/people-routes.ts";
import { auditRoutes } from "../../src/people/audit/audit-routes.ts";
import type { DemoLogin } from "../../src/people/demo-people.ts";
import { privacyRoutes } from "../../src/privacy/privacy-routes.ts";
import { queueRoutes } from "../../src/queue/queue-routes.ts";
import { reportRoutes } from "../../src/reports/report-routes.ts";
import { directoryRoutes } from "../../src/switchboard/directory-routes.ts";
import { wallboardRoutes } from "../../src/wallboard/wallboard-routes.ts";
import { webhookRoutes } from "../../src/webhooks/webhook-routes.ts";
import { testDatabase } from "./database.ts";
import { testWeb } from "./web.ts";

const nothingSent = { sms: null, mail: null, bounceUrl: null, webhookUrl: null };

export type PageStack = { url: string; pool: Pool; logins: DemoLogin[]; close(): Promise<void> };

/** The program's web part over the demo's data, every door of the page open, without telephony. */
export async function pageStack(port = 0): Promise<PageStack> {
  const database = await testDatabase();
  const { pool } = database;
  const logins = await loadDemoData(database.url);
  const web = await testWeb(database, {
    routes: [
      ...callRoutes({ pool, commands: new CallCommands(pool, new LiveCalls(), silentLogger) }),
      ...caseRoutes({ pool }),
      ...citizenRoutes({ pool }),
      ...organisationRoutes({ pool }),
      ...cardRoutes({ pool, clock: systemClock }),
      ...bookingRoutes({ pool, clock: systemClock, publicUrl: null }),
      ...informationNeedRoutes({ pool }),
      ...directoryRoutes({ pool, clock: systemClock }),
      ...peopleRoutes({ pool }),
      ...messageRoutes({ pool, settings: nothingSent, log: silentLogger }),
      ...flowRoutes({ pool }),
      ...openingHoursRoutes({ pool, clock: systemClock }),
      ...promptRoutes({ pool, soundsDir: null }),
      ...queueRoutes({ pool }),
      ...pauseReasonRoutes({ pool }),
      ...seatRoutes({ pool }),
      ...wallboardRoutes({ pool }),
      ...reportRoutes({ pool, clock: systemClock }),
      ...webhookRoutes({ pool }),
      ...auditRoutes({ pool }),
      ...privacyRoutes({ pool, clock: systemClock }),
    ],
    more: { config: { port, publicUrl: null, sessionSecret: "a secret of the tests" } },
  });
  const close = async (): Promise<void> => {
    await web.close();
    await database.drop();
  };
  return { url: web.url, pool, logins, close };
}
