import { networkInterfaces } from "node:os";
import { isRoot, runCommand } from "./run-command.ts";

export type MediaInterface = { name: string; remove(): Promise<void> };

/**
 * Asterisk never offers 127.0.0.1 to a browser as an address for its voice: on a machine with nothing but `lo` the
 * phone of the page would be silent. A pair of virtual interfaces with an address of the block for tests (RFC 2544)
 * gives it one.
 * @returns null when the machine has an address of its own, or none can be made (not root, no `ip`).
 */
export async function addMediaInterface(): Promise<MediaInterface | null> {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  if (own.some((address) => !address.internal && address.family === "IPv4") || !isRoot) return null;
  const [name, peer] = [`c055-${process.pid}`, `c055p${process.pid}`];
  const made = await runCommand("ip", ["link", "add", name, "type", "veth", "peer", "name", peer]);
  if (made.code !== 0) return null;
  const remove = async () => {
    await runCommand("ip", ["link", "delete", name]);
  };
  for (const args of [
    ["address", "add", `198.18.${process.pid % 256}.1/30`, "dev", name],
    ["link", "set", name, "up"],
    ["link", "set", peer, "up"],
  ]) {
    if ((await runCommand("ip", args)).code !== 0) {
      await remove();
      return null;
    }
  }
  return { name, remove };
}
