// A copy that only sends, for tests that kill it: settings come as JSON, TEST_STOP_AT says where it dies.
import { createPool } from "../../src/database/pool.ts";
import { createLogger } from "../../src/log.ts";
import { startMessages } from "../../src/messages/start-messages.ts";

const { databaseUrl, messages, timing } = JSON.parse(process.env.MESSAGE_COPY ?? "{}");
const log = createLogger("trace");
const pool = createPool(databaseUrl, "web", 3, log);
await startMessages({ pool, log, timing, config: { databaseUrl, messages } });
process.send?.("ready");
