// In a network of its own (unshare --net): loads the rules named, then counts what of a flood arrives at the SIP port.
// Arguments: file with the rules, messages an address, then the addresses. Prints one JSON object, address → arrived.
import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";

const [rules, times, ...addresses] = process.argv.slice(2);
execFileSync("ip", ["link", "set", "lo", "up"]);
execFileSync("nft", ["-f", rules]);
const arrived = Object.fromEntries(addresses.map((address) => [address, 0]));
const server = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
server.on("message", (_message, { address }) => arrived[address]++);
server.bind(5060, "127.0.0.1");
await once(server, "listening");
for (const address of addresses) {
  const sender = createSocket("udp4");
  sender.bind(0, address);
  await once(sender, "listening");
  const send = () =>
    // A packet that the rules drop is refused to its sender, too, on one machine.
    new Promise((resolve) => sender.send("OPTIONS", 5060, "127.0.0.1", () => resolve(undefined)));
  for (let n = 0; n < Number(times); n++) await send();
  sender.close();
}
// One more turn of the loop reads what the kernel still holds.
await new Promise((resolve) => setTimeout(resolve, 50));
server.close();
console.log(JSON.stringify(arrived));
