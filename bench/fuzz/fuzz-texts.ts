import { Readable } from "node:stream";
import { decodeFrame } from "../../src/asterisk/event.ts";
import type { Pool } from "../../src/database/pool.ts";
import { isAppError } from "../../src/errors.ts";
import { readCsvDelivery } from "../../src/knowledge/sync/read-delivery.ts";
import { readNotice } from "../../src/messages/bounces/read-notice.ts";
import { importOrganisation } from "../../src/organisation/import/import-organisation.ts";
import type { SignedInPerson } from "../../src/people/person.ts";
import { importDirectory } from "../../src/switchboard/import/import-directory.ts";
import { dsn } from "../../test/support/bounce-mails.ts";
import { spoil, spoilBytes } from "./mutations.ts";
import { oneOf, type Random } from "./schema-sample.ts";

export type FuzzTarget = { name: string; run: (random: Random) => Promise<void> };

const leg = {
  id: "1700000000.1",
  name: "PJSIP/201-00000001",
  state: "Up",
  caller: { name: "Rossi", number: "+390551234567" },
  connected: { name: "", number: "" },
  dialplan: { context: "in", exten: "055055", priority: 1, app_name: "Stasis", app_data: "055055-x,in" },
  protocol_id: "abc@127.0.0.9",
  creationtime: "2026-11-23T10:00:00.000+0000",
  language: "it",
  channelvars: { "055055_CALL": "x" },
};
const head = { application: "055055-x", timestamp: "2026-11-23T10:00:00.000+0000", asterisk_id: "a" };
const events: readonly Record<string, unknown>[] = [
  { ...head, type: "StasisStart", args: ["in", "055055"], channel: leg },
  { ...head, type: "StasisEnd", channel: leg },
  { ...head, type: "ChannelStateChange", channel: leg },
  { ...head, type: "ChannelDestroyed", cause: 16, cause_txt: "Normal", tech_cause: 200, channel: leg },
  { ...head, type: "ChannelHangupRequest", cause: 16, soft: true, channel: leg },
  { ...head, type: "ChannelDtmfReceived", digit: "5", duration_ms: 100, channel: leg },
  { ...head, type: "ChannelEnteredBridge", bridge: { id: "b", channels: ["1"] }, channel: leg },
  { ...head, type: "PlaybackFinished", playback: { id: "p", media_uri: "sound:x", state: "done" } },
  { ...head, type: "CallBroadcast", channel: leg, caller: "x", called: "055055" },
  { ...head, type: "ApplicationReplaced" },
  { type: "RESTResponse", request_id: "1", status_code: 204, reason_phrase: "No Content", message_body: "{}" },
];

const organisationCsv = `tipo;codice;ente;macrostruttura;ufficio;nome;nome_breve;profilo
ente;E1;;;;Comune di Prova;Prova;
macrostruttura;M1;E1;;;Servizi;;
ufficio;U1;E1;;;Anagrafe;;
servizio;S1;E1;M1;U1;Carta d'identità;;avanzato
`;
const directoryCsv = `codice;tipo;ente;nome;ruolo;ufficio;telefono;interno
1;ufficio;E1;Anagrafe;;;+390551234567;12
2;persona;E1;Rossi Mario;Impiegato;1;0551234568;
`;
const cardsCsv = `codice;servizio;titolo;chi;dove;quando;come
C1;S1;Carta d'identità;Tutti;Via Roma 1;9-12;Con una foto
`;

/** Whatever comes from outside is read by these; a refusal in our own words is right, anything else is a fault. */
export function textTargets(pool: Pool, person: SignedInPerson): FuzzTarget[] {
  return [
    {
      name: "ARI events",
      run: async (random) => {
        const event = spoil(oneOf(random, events), random);
        const text = JSON.stringify(event) ?? "";
        decodeFrame(random() < 0.3 ? spoilBytes(Buffer.from(text), random).toString("utf8") : text);
      },
    },
    {
      name: "returned mails",
      run: async (random) => {
        await readNotice(spoilBytes(dsn({ mark: "abc.1.0123456789abcdef" }), random));
      },
    },
    { name: "organisation CSV", run: csv(organisationCsv, (file) => importOrganisation(pool, person, file, true)) },
    { name: "directory CSV", run: csv(directoryCsv, (file) => importDirectory(pool, person, file, true)) },
    { name: "cards CSV", run: csv(cardsCsv, (file) => readCsvDelivery(file)) },
  ];
}

function csv(text: string, read: (file: AsyncIterable<Uint8Array>) => Promise<unknown>): FuzzTarget["run"] {
  return async (random) => {
    const encoding = random() < 0.3 ? "latin1" : "utf8";
    const bytes = spoilBytes(Buffer.from(text, encoding), random);
    // In pieces of odd sizes, as a network brings them.
    const pieces = [bytes.subarray(0, 7), bytes.subarray(7, 8), bytes.subarray(8)].filter((piece) => piece.length > 0);
    try {
      await read(Readable.from(pieces));
    } catch (error) {
      if (!isAppError(error) || error.status >= 500) throw error;
    }
  };
}
