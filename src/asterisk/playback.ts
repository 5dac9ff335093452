import { isGone } from "./ari-error.ts";
import type { AsteriskConnection, CommandOptions } from "./connection.ts";

/**
 * Starts a playback under our id on a leg: listen for its PlaybackFinished first, then call this. `media` are URIs
 * such as `sound:welcome`, `digits:12`, `number:3`, played one after the other. @throws AriError
 */
export async function playOnLeg(
  connection: AsteriskConnection,
  legId: string,
  playbackId: string,
  media: readonly string[],
  language: string,
  options?: CommandOptions,
): Promise<void> {
  const parameters = { channelId: legId, playbackId, media: [...media], lang: language };
  await connection.command("channels", "playWithId", parameters, options);
}

/** Whether it is still being said. @throws AriError */
export async function isPlaying(
  connection: AsteriskConnection,
  playbackId: string,
  options?: CommandOptions,
): Promise<boolean> {
  try {
    await connection.command("playbacks", "get", { playbackId }, options);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Stops a playback; one that has ended is what was asked for. Its PlaybackFinished follows. @throws AriError */
export async function stopPlayback(
  connection: AsteriskConnection,
  playbackId: string,
  options?: CommandOptions,
): Promise<void> {
  try {
    await connection.command("playbacks", "stop", { playbackId }, options);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
