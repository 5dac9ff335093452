import { lookup as resolve } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { errorText } from "../errors.ts";
import type { DeliveryResult } from "./webhook-store.ts";

const limitMs = 10_000;

/**
 * This machine, its links and what answers for a cloud's secrets: no receiver of an agency is there. Mapped addresses
 * (::ffff:127.0.0.1) fall under the plain ones.
 */
const forbidden = new BlockList();
forbidden.addSubnet("0.0.0.0", 8, "ipv4");
forbidden.addSubnet("127.0.0.0", 8, "ipv4");
forbidden.addSubnet("169.254.0.0", 16, "ipv4");
forbidden.addSubnet("224.0.0.0", 3, "ipv4");
forbidden.addAddress("::", "ipv6");
forbidden.addAddress("::1", "ipv6");
forbidden.addSubnet("fe80::", 10, "ipv6");
forbidden.addSubnet("ff00::", 8, "ipv6");

export function isForbiddenAddress(address: string): boolean {
  const family = isIP(address);
  return family === 0 || forbidden.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** The address is looked at where the connection is made: a name can not change it in between. */
const guardedLookup: LookupFunction = (host, options, callback) => {
  resolve(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, [], 4);
    const bad = addresses.find(({ address }) => isForbiddenAddress(address));
    if (bad || !addresses[0]) return callback(new Error("the receiver's address is not allowed"), [], 4);
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0].address, addresses[0].family);
  });
};

/** One POST: no redirect is followed, of the answer only its status counts. Never rejects. */
export function postWebhook(
  url: string,
  headers: Record<string, string>,
  body: string,
  allowLoopback: boolean,
): Promise<DeliveryResult> {
  const started = performance.now();
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, "");
  return new Promise((done) => {
    const end = (status: number | null, error: string | null) => {
      clearTimeout(timer);
      done({ status, error, ms: performance.now() - started });
    };
    const timer = setTimeout(() => {
      request.destroy();
      end(null, "no answer in time");
    }, limitMs);
    const send = target.protocol === "https:" ? httpsRequest : httpRequest;
    const request = send(target, {
      method: "POST",
      agent: false,
      headers: {
        ...headers,
        "content-type": "application/json; charset=utf-8",
        "content-length": Buffer.byteLength(body),
        "user-agent": "055055-webhooks",
      },
      ...(allowLoopback ? {} : { lookup: guardedLookup }),
    });
    request.on("response", (response) => {
      const status = response.statusCode ?? 0;
      end(status, status >= 200 && status < 300 ? null : `the receiver answered ${status}`);
      response.destroy();
    });
    request.on("error", (error) => end(null, errorText(error)));
    // A literal address is not looked up.
    if (!allowLoopback && isIP(host) !== 0 && isForbiddenAddress(host)) {
      request.destroy(new Error("the receiver's address is not allowed"));
      return;
    }
    request.end(body);
  });
}
