import { z } from "zod";
import { allRoutes } from "../../src/all-routes.ts";
import { CallCommands } from "../../src/calls/call-commands.ts";
import { LiveCalls } from "../../src/calls/live-calls.ts";
import { systemClock } from "../../src/clock.ts";
import type { Pool } from "../../src/database/pool.ts";
import { DeskStreams } from "../../src/desk/desk-streams.ts";
import type { Route } from "../../src/desk/route.ts";
import type { WebServerOptions } from "../../src/desk/web-server.ts";
import { silentLogger } from "../../src/log.ts";
import { messageSettingNames, messageSettings } from "../../src/messages/message-settings.ts";
import type { TestDatabase } from "../../test/support/database.ts";
import { type TestWeb, testWeb } from "../../test/support/web.ts";

/** Set, so that what a person may not send is refused for the person. Nothing is sent: no outbox runs here. */
const carrier = {
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "x".repeat(32),
  TWILIO_FROM: "+390550000000",
};

/** The web part with the very list of doors that the program serves. */
export async function openDoors(
  database: TestDatabase,
  more: Partial<WebServerOptions> = {},
): Promise<{ web: TestWeb; routes: Route[] }> {
  const { pool } = database;
  const commands = new CallCommands(pool, new LiveCalls(), silentLogger);
  const streams = new DeskStreams({ pool, nodeId: crypto.randomUUID(), log: silentLogger });
  const messages = messageSettings(z.object(messageSettingNames).parse(carrier), "a secret of the check", null);
  const routesOver = (over: Pool) =>
    allRoutes({
      ...{
        pool: over,
        clock: systemClock,
        log: silentLogger,
        publicUrl: null,
        sessionSecret: "a secret of the check",
        oidc: null,
        messages,
        streams,
        commands,
      },
      links: () => [],
      writePhone: async () => undefined,
    });
  const feedPath = (path: string) => path.startsWith("/desk/");
  const web = await testWeb(database, {
    over: (other) => routesOver(other).filter(({ spec }) => !feedPath(spec.path)),
    more: { checkResponses: false, ...more },
  });
  return { web, routes: routesOver(pool) };
}
