/**
 * The moments at which a fault test ends this copy, as a crash would: after each row and after each act on the switch.
 * Honoured only when TEST_STOP_AT names one.
 */
export const killPoints = [
  "asked",
  "ringing_written",
  "leg_made",
  "dialled",
  "answered",
  "checking_written",
  "consulting_written",
  "consulting_arranged",
  "swapped_written",
  "conference_written",
  "joined_written",
  "joined_arranged",
  "settled_written",
  "settled",
  "ended_written",
  "recalled_written",
] as const;
export type KillPoint = (typeof killPoints)[number];

export function killPoint(name: KillPoint): void {
  if (process.env.TEST_STOP_AT === name) process.kill(process.pid, "SIGKILL");
}
