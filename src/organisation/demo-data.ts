import { loadDemoAgendas } from "../bookings/demo/load-demo-agendas.ts";
import { inTransaction } from "../database/in-transaction.ts";
import { createPool, type Queryable } from "../database/pool.ts";
import { loadDemoNeeds } from "../information-needs/demo/load-demo-needs.ts";
import { openAroundTheClock } from "../ivr/hours/opening-hours-store.ts";
import { loadDemoCards } from "../knowledge/demo/load-demo-cards.ts";
import { silentLogger } from "../log.ts";
import { type DemoLogin, type DemoOrganisation, loadDemoPeople } from "../people/demo-people.ts";
import { loadDemoDirectory } from "../switchboard/demo/load-demo-directory.ts";
import { demoCases } from "./demo/demo-cases.ts";
import { demoCitizens } from "./demo/demo-citizens.ts";
import { demoServices } from "./demo/demo-services.ts";
import {
  demoCasesExist,
  demoTreeExists,
  insertDemoCases,
  insertDemoCitizens,
  insertRejectsDesk,
  lockDemo,
  readDemoOrganisation,
  readDemoServices,
  readDemoStaff,
} from "./demo/demo-store.ts";
import { demoRejectsDesk, demoTree } from "./demo/demo-tree.ts";
import { beginStaging, stageRows } from "./import/import-store.ts";
import { writeStaged } from "./import/import-write-store.ts";

/** A part of the demo that another folder brings (cards, agendas, directory). Done again it changes nothing. */
export type DemoPart = (client: Queryable, organisation: DemoOrganisation) => Promise<void>;

/** In this order, each in the one transaction, after the organisation and its people. */
const parts: readonly DemoPart[] = [
  openAroundTheClock,
  loadDemoDirectory,
  loadPastCases,
  loadDemoCards,
  loadDemoAgendas,
  loadDemoNeeds,
];

/**
 * Data to look at in demo mode: three agencies with 80 services, the people who work there, 300 citizens and 500 past
 * cases; all generated, nobody real. Done again it changes nothing, also not what somebody edited since.
 */
export async function loadDemoData(url: string): Promise<DemoLogin[]> {
  const pool = createPool(url, "web", 1, silentLogger);
  try {
    return await inTransaction(pool, async (client) => {
      await lockDemo(client);
      if (!(await demoTreeExists(client))) await loadTree(client);
      const organisation = await readDemoOrganisation(client);
      const logins = await loadDemoPeople(client, organisation);
      for (const part of parts) await part(client, organisation);
      return logins;
    });
  } finally {
    await pool.end();
  }
}

async function loadTree(client: Queryable): Promise<void> {
  await beginStaging(client);
  await stageRows(client, demoTree());
  await writeStaged(client);
  await insertRejectsDesk(client, demoRejectsDesk);
}

async function loadPastCases(client: Queryable): Promise<void> {
  if (await demoCasesExist(client)) return;
  const asks = new Map(demoServices.map((service) => [service.code, service.ask]));
  const services = (await readDemoServices(client)).map((service) => ({
    ...service,
    ask: asks.get(service.externalId ?? "") ?? service.name,
  }));
  const citizens = demoCitizens(300);
  await insertDemoCitizens(client, citizens);
  const staff = await readDemoStaff(client);
  await insertDemoCases(client, demoCases({ services, citizens, ...staff, now: new Date() }));
}
