import { listApplications } from "../asterisk/application.ts";
import { listBridges } from "../asterisk/bridge.ts";
import type { AsteriskConnection } from "../asterisk/connection.ts";
import { listLegs } from "../asterisk/leg.ts";
import { APPLICATION_PREFIX } from "../asterisk/wire-names.ts";
import type { SwitchSeen } from "./invariant.ts";

/** Everything that a switch holds under our names: three commands, whatever the number of calls. @throws AriError */
export async function lookAtSwitch(link: AsteriskConnection): Promise<SwitchSeen> {
  const [legs, bridges, applications] = await Promise.all([listLegs(link), listBridges(link), listApplications(link)]);
  return {
    asteriskId: link.asteriskId ?? "",
    legs: legs.map(({ id, createdAt }) => ({ id, createdAt: new Date(createdAt) })),
    bridges: bridges.map(({ id, legIds, createdAt }) => ({ id, legIds, createdAt: new Date(createdAt) })),
    applications: applications.filter(({ name }) => name.startsWith(APPLICATION_PREFIX)),
  };
}
