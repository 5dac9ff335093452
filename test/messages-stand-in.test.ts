import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { requestFaults } from "../src/messages/demo/check-request.ts";
import cut from "../src/messages/demo/twilio-openapi.json" with { type: "json" };

type Described = { [name: string]: unknown };
const own = dirname(createRequire(import.meta.url).resolve("@twilio-alpha/mcp/package.json"));
const whole = JSON.parse(readFileSync(join(own, "twilio-oai/spec/json/twilio_api_v2010.json"), "utf8"));

/** What the cut one says must be what the whole one says; words (descriptions, examples) and other answers may lack. */
function agrees(part: unknown, all: unknown, place: string): void {
  if (Array.isArray(part)) {
    expect(all, place).to.be.an("array").with.length(part.length);
    for (const [n, one] of part.entries()) agrees(one, (all as unknown[])[n], `${place}[${n}]`);
  } else if (part !== null && typeof part === "object") {
    for (const [name, one] of Object.entries(part)) agrees(one, (all as Described)?.[name], `${place}.${name}`);
  } else expect(part, place).to.equal(all);
}

describe("messages: the stand-in for the carrier asks what Twilio's own description asks", () => {
  const accountSid = `AC${"0".repeat(32)}`;
  const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
  const form = { To: "+393331234567", From: "+390550550550", Body: "Via Roma 1" };
  const post = (fields: Record<string, string>) => requestFaults({ method: "post", path, query: {}, form: fields });

  it("says nothing else than the official document", () => {
    for (const [name, operations] of Object.entries(cut.paths)) {
      agrees(operations, whole.paths[name], name);
      expect(Object.keys(operations)).to.include.members(["get"]);
    }
    agrees(cut.components.schemas, whole.components.schemas, "schemas");
  });

  it("keeps every parameter and field of the three operations", () => {
    const names = (one: { get?: Described; post?: Described }) =>
      [one.get, one.post].map((operation) => [
        ((operation?.parameters ?? []) as { name: string }[]).map(({ name }) => name).sort(),
        Object.keys(fieldsOf(operation)).sort(),
      ]);
    const list = "/2010-04-01/Accounts/{AccountSid}/Messages.json";
    expect(names(cut.paths[list])).to.deep.equal(names(whole.paths[list]));
  });

  it("takes what we send, and refuses what the description does not know", () => {
    expect(post(form)).to.deep.equal([]);
    expect(post({ ...form, StatusCallback: "https://055055.example.it/status?sending=1" })).to.deep.equal([]);
    expect(post({ ...form, Colour: "red" })).to.deep.equal(["Colour is not known"]);
    expect(post({ From: form.From, Body: "x" })).to.deep.equal(["To is missing"]);
    expect(post({ ...form, StatusCallback: "somewhere" })).to.deep.equal(["StatusCallback is no address"]);
    expect(requestFaults({ method: "get", path: "/2010-04-01/Calls.json", query: {}, form: {} })).to.equal(null);
  });
});

function fieldsOf(operation: Described | undefined): Described {
  const body = operation?.requestBody as { content: Record<string, { schema: { properties: Described } }> } | undefined;
  return body?.content["application/x-www-form-urlencoded"]?.schema.properties ?? {};
}
