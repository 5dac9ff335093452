import type { Queryable } from "../../database/pool.ts";
import { personWithLogin } from "../../knowledge/demo/demo-card-store.ts";
import type { NeedState } from "../information-need.ts";
import { insertNeed, writeMove } from "../information-need-store.ts";
import { casesWithCards, demoNeedsExist } from "./demo-need-store.ts";

const needs: readonly { text: string; to: NeedState; note?: string }[] = [
  { text: "Manca se lo sportello è aperto il sabato mattina.", to: "reported" },
  { text: "La scheda non dice se si può pagare con il bancomat.", to: "accepted" },
  { text: "I cittadini chiedono i tempi di attesa: nella scheda non ci sono.", to: "reported" },
  { text: "L'indirizzo indicato è quello della vecchia sede.", to: "accepted" },
  {
    text: "Servirebbe l'elenco dei documenti per i cittadini stranieri.",
    to: "refused",
    note: "È già nel campo Come.",
  },
  { text: "Il modulo citato nella scheda non si trova sul sito.", to: "reported" },
  { text: "Non è chiaro chi può presentare la delega.", to: "accepted" },
  { text: "La scadenza indicata è dell'anno scorso.", to: "reported" },
];

/** Needs in each place of their way, reported by the demo's operators; done again it changes nothing. */
export async function loadDemoNeeds(client: Queryable): Promise<void> {
  if (await demoNeedsExist(client)) return;
  const editor = { personId: await personWithLogin(client, "marco"), name: "marco" };
  const cases = await casesWithCards(client, needs.length);
  for (const [index, { text, to, note }] of needs.entries()) {
    const of = cases[index];
    if (!of) return;
    const { reporterId, reporter, ...subject } = of;
    const by = { personId: reporterId, name: reporter };
    const need = { ...subject, state: "reported", about: "card", directoryEntryId: null, text } as const;
    const id = await insertNeed(client, need, by);
    if (to === "reported") continue;
    await writeMove(client, { id, state: "reported" }, { state: to, ...(note ? { refuseReason: note } : {}) }, editor);
  }
}
