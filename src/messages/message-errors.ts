import { AppError } from "../errors.ts";

/** Refusals of this folder: which rule, why not, what instead (REQ 5, 6). */
const texts = {
  no_phone_contact: [
    "REQ 5.2",
    "The case has no telephone contact",
    "Il caso non ha un contatto telefonico.",
    "L'invio segue una telefonata del cittadino.",
  ],
  sms_only_own_case: [
    "REQ 5.2",
    "Second level sends on cases of its own office",
    "Il caso non è del suo ufficio.",
    "L'invio spetta all'ufficio che ha in carico il caso.",
  ],
  sms_only_information: [
    "REQ 5.1 (§4.5)",
    "The who-where-when text belongs to information cases",
    "Il testo Chi-Dove-Quando si invia solo per una richiesta di informazioni di tipo Chi-Dove-Quando.",
    "Comunicare la risposta a voce.",
  ],
  sms_after_spoken_answer: [
    "REQ 5.1 (§4.5)",
    "The SMS sums up an answer that was spoken",
    "L'SMS riassume la risposta già data a voce: prima va risposto al cittadino.",
    "Rispondere al cittadino, scrivere la risposta e poi inviare l'SMS.",
  ],
  sms_too_late: [
    "REQ 5.1",
    "The call and its wrap-up are over",
    "La chiamata e la sua lavorazione sono concluse: l'SMS non si può più inviare.",
    "Se il cittadino richiama, inviarlo durante quella chiamata.",
  ],
  sms_work_not_done: [
    "REQ 5.1 (§5.2)",
    "The second level has not recorded the work as done",
    "Il II livello non ha ancora registrato la pratica come lavorata.",
    "Attendere che l'ufficio risolva il caso.",
  ],
  sms_text_missing: [
    "REQ 5.1",
    "The card has no such text",
    "La scheda del servizio non ha questo testo per SMS.",
    "Segnalare l'esigenza informativa: il testo si scrive sulla scheda, non qui.",
  ],
  sms_too_long: [
    "REQ 5.1",
    "The text of the card is too long for SMS",
    "Il testo della scheda supera la lunghezza ammessa per un SMS.",
    "Segnalare l'esigenza informativa: la scheda va accorciata.",
  ],
  consent_missing: [
    "REQ 5.2",
    "Consent to this text was not recorded",
    "Manca il consenso del cittadino al testo in vigore.",
    "Leggere al cittadino il testo del consenso e registrarlo.",
  ],
  not_a_number: [
    "REQ 5.2",
    "This is not a telephone number",
    "Non è un numero di telefono valido.",
    "Farsi ripetere il numero di cellulare.",
  ],
  land_line: [
    "REQ 5.2",
    "An SMS goes to a mobile number only",
    "È un numero di rete fissa: l'SMS si invia solo a un cellulare.",
    "Chiedere un numero di cellulare.",
  ],
  not_mobile: [
    "REQ 5.2",
    "An SMS goes to a mobile number only",
    "Non è un numero di cellulare.",
    "Chiedere un numero di cellulare.",
  ],
  sms_not_set_up: ["REQ 5", "No SMS account is set", "L'invio di SMS non è configurato.", "Avvisare l'amministratore."],
  email_not_set_up: [
    "REQ 6",
    "No mail server is set",
    "L'invio di e-mail non è configurato.",
    "Avvisare l'amministratore.",
  ],
  email_only_first_level: [
    "REQ 6.1 (§5.1)",
    "Second level sends no e-mail",
    "Le e-mail di risposta partono solo dal I livello.",
    "Usare il contact back, dove previsto.",
  ],
  email_closes_draft: [
    "REQ 6.3 (§5.1)",
    "The case closes with the sending: it must still be a draft",
    "L'e-mail di risposta si invia chiudendo il caso, e questo non è più in bozza.",
    "Se un'e-mail è già partita, usare «Invia di nuovo»; altrimenti aprire un caso nuovo.",
  ],
  email_reason: [
    "REQ 6.1",
    "Cases of this reason are not answered by e-mail at first level",
    "Per questo motivo di contatto non c'è una risposta per e-mail del I livello.",
    "Seguire il percorso previsto per il motivo di contatto.",
  ],
  email_content_missing: [
    "REQ 6.1",
    "The e-mail needs text of the card or a released document",
    "L'e-mail è vuota: scegliere almeno una parte della scheda o un documento.",
    "Scegliere che cosa inviare.",
  ],
  email_only_standard_answer: [
    "REQ 6.1",
    "For this reason only the standard answer is sent",
    "Per questo motivo di contatto si invia solo la risposta standard.",
    "Togliere le parti della scheda e i documenti.",
  ],
  no_standard_answer: [
    "REQ 6.1",
    "There is no standard answer for this reason",
    "Per questo motivo di contatto non esiste una risposta standard.",
    "Comunicare la risposta a voce.",
  ],
  template_unknown: [
    "REQ 6.1",
    "There is no such template for this reason",
    "Modello inesistente o non previsto per questo motivo di contatto.",
    "Scegliere un modello dall'elenco.",
  ],
  template_broken: [
    "REQ 6.1",
    "The template has a placeholder nobody knows",
    "Il modello contiene un segnaposto sconosciuto: l'e-mail non è stata inviata.",
    "Scegliere un altro modello e avvisare la redazione.",
  ],
  part_missing: [
    "REQ 6.1",
    "The card has no such part",
    "La scheda non ha una delle parti scelte.",
    "Scegliere un'altra parte o segnalare l'esigenza informativa.",
  ],
  document_not_released: [
    "REQ 6.1",
    "The document is not released for this service",
    "Uno dei documenti non c'è più o non è stato rilasciato dall'ente per questo servizio.",
    "Scegliere tra i documenti dell'elenco.",
  ],
  documents_too_large: [
    "REQ 6.1",
    "The documents are too large for one e-mail",
    "I documenti scelti insieme sono troppo grandi per un'e-mail.",
    "Inviarne meno.",
  ],
  address_not_valid: [
    "REQ 6.2",
    "This is not an e-mail address",
    "L'indirizzo e-mail non è valido.",
    "Farselo ripetere dal cittadino.",
  ],
  address_not_in_record: [
    "REQ 6.2",
    "The address is not in the citizen record",
    "L'indirizzo non è nella scheda anagrafica del cittadino.",
    "Correggere la scheda anagrafica dal caso, poi inviare.",
  ],
  resend_only_email: [
    "REQ 5.3",
    "Only e-mails are sent again",
    "Solo le e-mail si inviano di nuovo.",
    "Per un nuovo SMS serve un nuovo consenso.",
  ],
} as const satisfies Record<string, readonly [rule: string, en: string, it: string, insteadIt: string]>;

export type MessageRefusal = keyof typeof texts;

export function refuseMessage(code: MessageRefusal, extra: Record<string, unknown> = {}): AppError {
  const [rule, en, it, insteadIt] = texts[code];
  return new AppError("rule_violated", en, { rule, refusal: code, it, insteadIt, extra });
}

/** The refusal as the page shows it beside a disabled button. */
export function refusalView(code: MessageRefusal) {
  const [rule, en, it, insteadIt] = texts[code];
  return { code, rule, it, en, insteadIt };
}
