// Loaded into a copy by NODE_OPTIONS (which knows no --cpu-prof): writes what the copy spent its time on when it ends.
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";

const folder = process.env.BENCH_PROFILE;
if (folder && isMainThread) {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.start");
  process.on("exit", () => {
    session.post("Profiler.stop", (error, result) => {
      if (!error) writeFileSync(join(folder, `copy-${process.pid}.cpuprofile`), JSON.stringify(result.profile));
    });
  });
}
