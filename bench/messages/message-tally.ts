import type { Asked, MessageScene } from "./message-scene.ts";

/** The last line; every member but `bounces_right` must be 0. */
export type MessageTally = {
  double_sends: number;
  lost: number;
  fourth_sends: number;
  bounces_right: number;
  bounces_wrong: number;
  reports_made_twice: number;
};

export const emptyTally = (): MessageTally => ({
  ...{ double_sends: 0, lost: 0, fourth_sends: 0, bounces_right: 0, bounces_wrong: 0, reports_made_twice: 0 },
});

/**
 * Counts one message against what arrived. More arrivals than people's sendings: doubled. None: lost, unless the
 * program says itself, to the supervisor too, that it gave up or does not know.
 */
export async function judgeMessage(
  scene: MessageScene,
  tally: MessageTally,
  asked: Asked,
  arrived = scene.arrivals(asked),
): Promise<void> {
  const { state, sendings, dead } = await scene.lastSending(asked.messageId);
  tally.double_sends += Math.max(0, arrived - sendings);
  tally.fourth_sends += Math.max(0, sendings - 3) + Math.max(0, arrived - 3);
  const toldSo = (dead && ["failed", "unknown"].includes(state)) || state === "failed";
  if (arrived === 0 && !toldSo) tally.lost += 1;
}
