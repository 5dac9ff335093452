import { AriError } from "../../asterisk/ari-error.ts";
import type { AsteriskConnection } from "../../asterisk/connection.ts";
import { getEndpoint } from "../../asterisk/phones.ts";
import { legIdOf } from "../../asterisk/wire-names.ts";
import { errorText } from "../../errors.ts";
import type { CallCentre } from "../call-centre.ts";
import { liveCallsOfNode } from "../call-store.ts";
import { LiveCall } from "../live-call.ts";
import { outboundCall } from "./outbound-call.ts";
import { bindToSwitch, type Dialled, placedCalls } from "./outbound-call-store.ts";

/**
 * Calls that operators placed and this copy has not begun yet: after the notice that told of one, and after a take-over.
 * The switch is the one where the operator's phone is registered; the row names it before a leg is made.
 */
export async function beginPlacedCalls(links: readonly AsteriskConnection[], centre: CallCentre): Promise<void> {
  const connected = links.filter((link) => link.connected);
  if (connected.length === 0 || !centre.lease.mayAct()) return;
  for (const placed of await placedCalls(centre.pool, centre.lease.id)) {
    const link = await linkOf(placed, connected);
    if (link) await begin(placed, link, centre);
  }
}

async function begin(placed: Dialled, link: AsteriskConnection, centre: CallCentre): Promise<void> {
  const { asteriskId, application } = link;
  if (asteriskId === null) return;
  const { callId } = placed;
  const at = { asteriskId, application, channelId: legIdOf(callId) };
  if (!(await bindToSwitch(centre.pool, callId, centre.lease.epoch, at))) return;
  const row = (await liveCallsOfNode(centre.pool, centre.lease.id)).find(({ id }) => id === callId);
  if (!row || centre.live.ofId(callId)) return;
  const call = new LiveCall(row, link);
  centre.live.add(call);
  outboundCall(call, centre).catch((error: unknown) =>
    centre.log.error({ callId, reason: errorText(error) }, "an outbound call was not ended"),
  );
}

async function linkOf(
  { operatorAccount }: Dialled,
  links: readonly AsteriskConnection[],
): Promise<AsteriskConnection | undefined> {
  for (const link of links) {
    try {
      if ((await getEndpoint(link, operatorAccount))?.state === "online") return link;
    } catch (error) {
      if (!(error instanceof AriError)) throw error;
      // This switch is out of reach; another may have the phone.
    }
  }
  // Nowhere: the call is begun all the same, so that it ends with that reason.
  return links[0];
}
