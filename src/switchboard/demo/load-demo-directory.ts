import type { Queryable } from "../../database/pool.ts";
import { beginDirectoryStaging, stageDirectoryRows, writeDirectory } from "../import/directory-import-store.ts";
import { demoDirectory } from "./demo-directory.ts";
import { demoDirectoryExists } from "./demo-directory-store.ts";

/** A part of the demo data; done again it changes nothing, also not what somebody edited since. */
export async function loadDemoDirectory(client: Queryable): Promise<void> {
  if (await demoDirectoryExists(client)) return;
  await beginDirectoryStaging(client);
  await stageDirectoryRows(client, demoDirectory());
  await writeDirectory(client);
}
