/**
 * `npm run check:desk [-- --only=SCREEN] [-- --no-pictures]`: every screen × role × state of the page in Chromium over
 * the real program, Asterisk and PostgreSQL, with axe, in Italian and English; the main jobs by keyboard alone; the
 * page's weight, speed and memory. Screenshots are left in screenshots/desk. Last line: JSON; ends with 1 on any fault.
 */
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { stopAsterisks } from "../test/support/asterisk.ts";
import { stopDatabaseServer } from "../test/support/database.ts";
import { DeskStage } from "./desk/desk-stage.ts";
import type { Findings } from "./desk/page-walker.ts";
import { walkScreens } from "./desk/walk-screens.ts";

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), "screenshots/desk");

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: "string", default: "" }, "no-pictures": { type: "boolean", default: false } },
  });
  const pictures = values["no-pictures"] ? null : folder;
  if (pictures && !values.only) await rm(pictures, { recursive: true, force: true });
  const findings: Findings = { states: 0, violations: [], faults: [] };
  const stage = await DeskStage.open();
  try {
    const walked = await walkScreens(stage, findings, pictures, values.only);
    for (const one of findings.violations) console.log(`AXE    ${one}`);
    for (const one of findings.faults) console.log(`FAULT  ${one}`);
    const result = { screens: walked.places.size, states: findings.states, axe_violations: findings.violations.length };
    console.log(JSON.stringify(result));
    process.exitCode = findings.violations.length + findings.faults.length > 0 || walked.places.size === 0 ? 1 : 0;
  } finally {
    await stage.close();
  }
}

try {
  await main();
} finally {
  await stopAsterisks();
  await stopDatabaseServer();
}
process.exit();
