/** The moments at which a fault test ends this copy, as a crash would; honoured only when TEST_STOP_AT names one. */
export const sendKillPoints = ["claimed", "answered", "settled"] as const;
export type SendKillPoint = (typeof sendKillPoints)[number];

export function sendKillPoint(name: SendKillPoint): void {
  if (process.env.TEST_STOP_AT === `send_${name}`) process.kill(process.pid, "SIGKILL");
}
