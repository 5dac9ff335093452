/**
 * `npm run check:desk [-- --only=SCREEN --role=ROLE | --part=PART] [-- --no-pictures]`: every screen × role × state of the page in Chromium over
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
import { doKeyboardJobs } from "./desk/keyboard-jobs.ts";
import { layRows } from "./desk/lay-rows.ts";
import { type Figures, limits, measurePage } from "./desk/page-figures.ts";
import { Findings } from "./desk/page-walker.ts";
import { walkOperator } from "./desk/walk-operator.ts";
import { walkScreens } from "./desk/walk-screens.ts";

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), "screenshots/desk");

/** Parts that can be run alone (`--part=jobs`), while something is mended. */
const parts = ["states", "screens", "jobs", "figures"] as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      role: { type: "string", default: "" },
      part: { type: "string", default: "" },
      calls: { type: "string", default: "200" },
      "no-pictures": { type: "boolean", default: false },
    },
  });
  const wanted = (part: (typeof parts)[number]) =>
    values.only || values.role ? part === "screens" : !values.part || values.part === part;
  const pictures = values["no-pictures"] ? null : folder;
  if (pictures && !values.only && !values.role && !values.part) await rm(pictures, { recursive: true, force: true });
  const findings = new Findings();
  const stage = await DeskStage.open();
  try {
    // Calls and jobs first: the supervisor's lists show them afterwards.
    if (wanted("states")) {
      await walkOperator(stage, findings, pictures, "it");
      await walkOperator(stage, findings, null, "en");
    }
    const jobs = wanted("jobs") ? await doKeyboardJobs(stage, findings) : null;
    if (wanted("screens")) await layRows(stage);
    const walked = wanted("screens")
      ? await walkScreens(stage, findings, pictures, { screen: values.only, role: values.role })
      : null;
    const figures = wanted("figures") ? await measurePage(stage, Number(values.calls)) : null;
    for (const fault of tooMuch(figures)) findings.fault(fault);
    const result = {
      screens: walked?.places.size ?? null,
      states: findings.states,
      axe_violations: findings.violations.length,
      keyboard_jobs: jobs,
      ...figures,
      faults: findings.faults.length,
    };
    console.log(JSON.stringify(result));
    const nothing = walked?.places.size === 0 || jobs === 0;
    process.exitCode = nothing || findings.violations.length + findings.faults.length > 0 ? 1 : 0;
  } finally {
    await stage.close();
  }
}

function tooMuch(figures: Figures | null): string[] {
  const names = Object.keys(limits) as (keyof typeof limits)[];
  return names.flatMap((name) =>
    figures && !(figures[name] <= limits[name]) ? [`${name} is ${figures[name]}, not at most ${limits[name]}`] : [],
  );
}

try {
  await main();
} finally {
  await stopAsterisks();
  await stopDatabaseServer();
}
process.exit();
