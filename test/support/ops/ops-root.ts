import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeRoot, packageVersion, removeRoot } from "../../../src/start/packages/debian-root.ts";
import { defaultCacheDir } from "../../../src/start/settings.ts";

/** ops/kamailio/kamailio.cfg is written for its Kamailio 5.6. */
const suite = "bookworm";
const packages = [
  "kamailio",
  "kamailio-postgres-modules",
  "kamailio-websocket-modules",
  "nginx-light",
  "libfaketime",
  "fail2ban",
];

/**
 * A Debian root in the cache folder with what stands around the program when it is run on several machines, and with
 * the library that gives a process another clock; made when first needed (about a minute).
 */
export async function opsRoot(): Promise<string> {
  const root = join(process.env.CACHE_DIR ?? defaultCacheDir(), "ops-root");
  const there = await Promise.all(packages.map((name) => packageVersion(root, name)));
  if (there.every((version) => version !== null)) return root;
  if (existsSync(root)) await removeRoot(root);
  const mirror = process.env.DEBIAN_MIRROR ?? null;
  await makeRoot({ path: root, suite, packages, mirror, what: "Kamailio, for the test of several machines," });
  return root;
}
