// Stands in for src/main.ts where only the launcher's care for its copies is tested: answers its name, and behaves as
// its environment says.
import { createServer } from "node:http";

if (process.env.STAND_IN === "broken") {
  console.error("the stand-in does not want to");
  process.exit(1);
}
const node = `stand-in-${process.pid}`;
const server = createServer((_request, response) => response.end(node));
server.listen(Number(process.env.PORT), "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ ready: true, node, port: typeof address === "object" && address ? address.port : 0 });
});
if (process.env.STAND_IN === "stubborn") process.on("SIGTERM", () => undefined);
process.on("disconnect", () => process.exit(0));
