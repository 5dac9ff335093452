import { createHash } from "node:crypto";
import type { Queryable } from "../../database/pool.ts";
import { formatWeeklyHours } from "../../organisation/offices/weekly-hours.ts";
import { type CardContent, emptyContent } from "../cards/card.ts";
import { insertCard, publishVersions } from "../cards/card-store.ts";
import { smsLength } from "../cards/sms-segments.ts";
import { insertDocument, setReleased } from "../documents/card-document-store.ts";
import { type DemoCardService, demoCardsExist, personWithLogin, readDemoCardServices } from "./demo-card-store.ts";
import type { DemoCardText } from "./demo-card-text.ts";
import { demoForm } from "./demo-form.ts";
import { peopleTexts } from "./demo-texts-people.ts";
import { placeTexts } from "./demo-texts-places.ts";

const texts: Record<string, DemoCardText> = { ...peopleTexts, ...placeTexts };
const addresses: Record<string, readonly string[]> = {
  FI: ["Piazza della Libertà 12", "Via Pietrapiana 53", "Viale Fratelli Rosselli 5", "Via Nicolodi 2"],
  CM: ["Via Cavour 1", "Via del Mezzetta 42", "Via Ginori 10"],
  SC: ["Piazzale della Resistenza 1", "Via Rialdoli 80", "Via Donatello 74"],
};
const towns: Record<string, string> = { FI: "Firenze", CM: "Firenze", SC: "Scandicci" };
/** Services whose card has a form that the agency has released. */
const withForm = new Set(["FI-ANA-02", "FI-TRI-01", "FI-TRI-04", "FI-MOB-03", "FI-SCU-03", "FI-EDI-02"]);

/** A published card for each service of the demo; done again it changes nothing, also not what somebody edited since. */
export async function loadDemoCards(client: Queryable): Promise<void> {
  if (await demoCardsExist(client)) return;
  const by = { personId: await personWithLogin(client, "marco"), actor: "system:demo" };
  const referentId = await personWithLogin(client, "nadia");
  const cards: { id: string; version: number }[] = [];
  for (const [index, service] of (await readDemoCardServices(client)).entries()) {
    const card = { agencyId: service.agencyId, serviceId: service.id, externalId: null, ownerId: by.personId };
    const id = await insertCard(client, card, contentOf(service, index), "Prima stesura", by);
    cards.push({ id, version: 1 });
    if (withForm.has(service.code) && by.personId && referentId) {
      await addForm(client, id, service.name, by.personId, referentId);
    }
  }
  await publishVersions(client, cards, by.personId);
}

function contentOf(service: DemoCardService, index: number): CardContent {
  const prefix = service.code.slice(0, 2);
  const streets = addresses[prefix] ?? [];
  const where = `${streets[index % streets.length]}, ${towns[prefix]}`;
  const week = formatWeeklyHours(service.week).replaceAll(":", ".");
  const when = week === "" ? "Secondo gli orari dello sportello" : `Sportello ${week}`;
  const phone = service.officePhone?.replace(/^\+39(055)(\d+)$/, "$1 $2") ?? "055055";
  const text = texts[service.name];
  return {
    ...emptyContent,
    title: service.name,
    keywords: text?.keywords ?? "",
    who: `${service.officeName}, ${service.departmentName} – ${service.agencyName}`,
    where,
    when: `${when}. Telefono ${phone}.`,
    how: text?.how ?? "Lo sportello dà le informazioni e riceve le domande.",
    smsText: shortened(`${service.name}: ${service.officeName}, ${where}. ${when}. Tel. ${phone}`),
    workDoneText: `${service.agencyName}: la sua richiesta "${service.name}" e' stata completata. Per informazioni 055055.`,
    answers: service.profile === "advanced" ? standardAnswers(service) : [],
    validUntil: index % 9 === 4 ? "2027-12-31" : null,
  };
}

function standardAnswers({ officeName }: DemoCardService): CardContent["answers"] {
  return [
    {
      reason: "complaint",
      language: "it",
      text: `Il reclamo è registrato e passa a ${officeName}, che le risponderà entro 30 giorni.`,
    },
    {
      reason: "reminder",
      language: "it",
      text: `Il sollecito è registrato e ${officeName} lo vede sulla sua pratica.`,
    },
  ];
}

/** In the alphabet of an SMS, in at most two segments. */
function shortened(text: string): string {
  const plain = text.replaceAll("–", "-").replaceAll("’", "'");
  for (let length = plain.length; ; length--) {
    const cut = plain.slice(0, length);
    if (smsLength(cut).segments <= 2) return cut;
  }
}

async function addForm(
  client: Queryable,
  cardId: string,
  title: string,
  personId: string,
  referentId: string,
): Promise<void> {
  const content = demoForm(`Modulo: ${title}`, ["Cognome e nome", "Codice fiscale", "Indirizzo", "Richiesta", "Data"]);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const name = `modulo-${title.toLowerCase().replace(/[^a-zàèéìòù]+/g, "-")}.pdf`;
  const id = await insertDocument(client, { cardId, name, mediaType: "application/pdf", sha256, content, personId });
  await setReleased(client, id, referentId);
}
