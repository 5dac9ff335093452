// Loaded into a copy by NODE_OPTIONS (which knows no --expose-gc): at SIGUSR2 collects what is not used any more and
// writes how much memory is left.
import { renameSync, writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

const file = process.env.BENCH_MEMORY;
if (file && isMainThread) {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  process.on("SIGUSR2", () => {
    // What finalizers let go of in the first round is gone after the second.
    collect();
    collect();
    const { rss, heapUsed, external } = process.memoryUsage();
    writeFileSync(`${file}.new`, JSON.stringify({ rss, heapUsed, external }));
    renameSync(`${file}.new`, file);
  });
}
