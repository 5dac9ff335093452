// `npm run test:cluster`: Kamailio in front of two Asterisks and two copies of the program, all real, on loopback
// addresses. Prints what was looked at; last line: JSON. Ends with 1 when something does not hold.
import { errorText } from "../src/errors.ts";
import { stopAsterisks } from "../test/support/asterisk.ts";
import { stopDatabaseServer } from "../test/support/database.ts";
import {
  ClusterReport,
  callsSpread,
  oneCaseEach,
  pageRungFromBoth,
  rungFromBoth,
  strangersRefused,
  switchDies,
  switchReturns,
} from "./cluster/cluster-checks.ts";
import { ClusterSite } from "./cluster/cluster-site.ts";

async function main(): Promise<number> {
  const report = new ClusterReport();
  let calls = 0;
  try {
    const site = await ClusterSite.start();
    try {
      await look(site, report);
      calls = site.calls.length;
    } finally {
      await site.close();
    }
  } catch (error) {
    report.violations.push(errorText(error));
    console.error(error);
  } finally {
    await stopAsterisks();
    await stopDatabaseServer();
  }
  const { checks, violations, figures } = report;
  console.log(JSON.stringify({ checks, calls, ...figures, violations }));
  return violations.length > 0 || checks === 0 ? 1 : 0;
}

async function look(site: ClusterSite, report: ClusterReport): Promise<void> {
  await callsSpread(site, report);
  const desk = await site.desk("231");
  await rungFromBoth(site, report, desk);
  await pageRungFromBoth(site, report);
  await strangersRefused(site, report);
  const more = [await site.desk("233"), await site.desk("234"), await site.desk("235")];
  await switchDies(site, report, [desk, ...more]);
  await switchReturns(site, report, desk);
  await oneCaseEach(site, report);
}

process.exit(await main());
