import type { AsteriskServer } from "./asterisk.ts";

/** A plain SIP account pushed as the program does, without the program. */
export async function pushPhone(asterisk: AsteriskServer, name: string, password: string): Promise<void> {
  const objects = {
    auth: { auth_type: "userpass", username: name, password },
    aor: { max_contacts: "1", remove_existing: "yes" },
    endpoint: { auth: name, aors: name, allow: "!all,alaw", context: "from-phones", direct_media: "no" },
  };
  for (const [type, fields] of Object.entries(objects)) {
    const body = { fields: Object.entries(fields).map(([attribute, value]) => ({ attribute, value })) };
    const status = await dynamicConfig(asterisk, "PUT", type, name, JSON.stringify(body));
    if (status !== 200) throw new Error(`Asterisk answered ${status} to the ${type} of a phone.`);
  }
}

export async function removePhone(asterisk: AsteriskServer, name: string): Promise<void> {
  for (const type of ["endpoint", "aor", "auth"]) await dynamicConfig(asterisk, "DELETE", type, name);
}

async function dynamicConfig(
  asterisk: AsteriskServer,
  method: string,
  type: string,
  name: string,
  body?: string,
): Promise<number> {
  const credentials = Buffer.from(`${asterisk.user}:${asterisk.password}`).toString("base64");
  const answer = await fetch(`${asterisk.url}/ari/asterisk/config/dynamic/res_pjsip/${type}/${name}`, {
    method,
    headers: { authorization: `Basic ${credentials}`, "content-type": "application/json" },
    body,
  });
  await answer.arrayBuffer();
  return answer.status;
}
