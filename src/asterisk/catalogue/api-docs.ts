import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type AsteriskAddress, authorizationOf } from "../address.ts";
import { usedOperations } from "./operations.ts";

const FETCH_TIMEOUT_MS = 5_000;

/** Asterisk's description of one resource, checked as far as ari-client would stumble over it. */
const apiDoc = z.looseObject({
  apis: z.array(
    z.looseObject({
      path: z.string(),
      operations: z.array(
        z.looseObject({
          httpMethod: z.enum(["GET", "POST", "PUT", "DELETE"]),
          nickname: z.string(),
          responseClass: z.string(),
          parameters: z
            .array(z.looseObject({ name: z.string(), paramType: z.string(), dataType: z.string() }))
            .optional(),
        }),
      ),
    }),
  ),
  models: z.record(z.string(), z.looseObject({ properties: z.record(z.string(), z.looseObject({})).optional() })),
});
const apiDocs = z.record(z.string(), apiDoc);

/** Descriptions by resource name, e.g. `channels`. */
export type ApiDocs = z.infer<typeof apiDocs>;

/** The descriptions of all resources we use: from `cacheDir` when it holds that version, else from Asterisk. */
export async function readApiDocs(
  address: AsteriskAddress,
  version: string,
  cacheDir: string | null,
): Promise<ApiDocs> {
  const file = cacheDir === null ? null : join(cacheDir, `api-docs-${version.replaceAll(/[^\w.+~-]/g, "_")}.json`);
  const cached = file === null ? null : await readCached(file);
  if (cached) return cached;
  const docs: ApiDocs = {};
  for (const resource of Object.keys(usedOperations)) {
    docs[resource] = apiDoc.parse(await fetchJson(address, `api-docs/${resource}.json`));
  }
  if (file !== null && cacheDir !== null) await writeCached(cacheDir, file, docs);
  return docs;
}

async function readCached(file: string): Promise<ApiDocs | null> {
  try {
    return apiDocs.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    // Not there, cut off or of another format: Asterisk is asked again and the file is replaced.
    return null;
  }
}

async function writeCached(cacheDir: string, file: string, docs: ApiDocs): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(docs));
  await rename(unfinished, file);
}

async function fetchJson(address: AsteriskAddress, path: string): Promise<unknown> {
  const response = await fetch(`${address.url}/ari/${path}`, {
    headers: { authorization: authorizationOf(address), connection: "close" },
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`Asterisk answered ${response.status} to a request for its description`);
  return response.json();
}
