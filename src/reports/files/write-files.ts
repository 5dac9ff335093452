import { Worker } from "node:worker_threads";
import { AppError } from "../../errors.ts";
import type { WrittenFile } from "./file-thread.ts";
import type { ReportDocument } from "./report-document.ts";

const longestMs = 300_000;
const program = new URL("./file-thread.ts", import.meta.url);
/** A thread does not take over the program's way of reading TypeScript. */
const starter = `import("tsx/esm/api").then(({ register }) => {
  register();
  return import(require("node:worker_threads").workerData.program);
})`;

/** The three files of each document, in its order. @throws AppError too_slow */
export async function writeFiles(documents: ReportDocument[]): Promise<WrittenFile[][]> {
  const thread = new Worker(starter, {
    eval: true,
    workerData: { program: program.href, documents },
    resourceLimits: { maxOldGenerationSizeMb: 1_024 },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<WrittenFile[][]>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new AppError("too_slow", "A report's files were not written in time")),
        longestMs,
      );
      thread.once("message", resolve);
      thread.once("error", reject);
      thread.once("exit", () => reject(new AppError("internal", "The thread that writes files ended without them")));
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
