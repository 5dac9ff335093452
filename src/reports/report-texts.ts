import { type ReportKind, SERVICE_LEVEL_SECONDS } from "./report.ts";

type Definition = { title: string; lines: string[] };

/**
 * What each report counts: printed at the head of its files and shown on the page. Whoever changes a report's SQL
 * changes the lines here. Pure: the page imports them.
 */
export const definitions: Record<ReportKind, { it: Definition; en: Definition }> = {
  issue_reports: {
    it: {
      title: "Segnalazioni",
      lines: [
        "Elenca i casi con motivo di contatto Segnalazione passati in stato Assegnato Risolto nel periodo (data di chiusura, ora di Roma).",
        "Ogni ufficio riceve i casi dei servizi di cui è competente; l'ente riceve la copia con tutti gli uffici.",
        "I dati del cittadino non sono riportati: si leggono nel caso, con il suo numero.",
      ],
    },
    en: {
      title: "Issue reports",
      lines: [
        "Lists the cases with contact reason issue report that became assigned-resolved in the period (closing date, Rome time).",
        "Each office gets the cases of its own services; the agency gets the copy with all offices.",
        "Citizens' data are not in it: they are read in the case, by its number.",
      ],
    },
  },
  grievances: {
    it: {
      title: "Lamentele",
      lines: [
        "Elenca i casi con motivo di contatto Lamentela chiusi in stato Risolto I livello nel periodo (data di chiusura, ora di Roma), con il testo raccolto e la risposta standard data.",
        "Ogni ufficio riceve i casi dei servizi di cui è competente; l'ente riceve la copia con tutti gli uffici.",
        "Le lamentele non entrano in nessuna lista di lavoro: questo rapporto è il modo in cui il II livello ne viene a conoscenza.",
      ],
    },
    en: {
      title: "Grievances",
      lines: [
        "Lists the cases with contact reason grievance closed as resolved at first level in the period (closing date, Rome time), with the text and the standard answer given.",
        "Each office gets the cases of its own services; the agency gets the copy with all offices.",
        "Grievances are in no inbox: by this report the second level learns of them.",
      ],
    },
  },
  unresolved_needs: {
    it: {
      title: "Informazioni non risolvibili",
      lines: [
        "Elenca i casi chiusi nel periodo (ora di Roma) in stato Non risolvibile per informazione carente, con il motivo dichiarato dall'operatore: nessuna scheda trovata, oppure scheda letta (codice e versione) che non risponde.",
        "L'ultima colonna dice a che punto è la segnalazione di esigenza informativa nata dal caso, se c'è.",
        "Ogni ufficio riceve i casi dei servizi di cui è competente; l'ente riceve la copia con tutti gli uffici.",
      ],
    },
    en: {
      title: "Unresolved needs",
      lines: [
        "Lists the cases closed in the period (Rome time) as unresolvable for lack of information, with what the operator declared: no card found, or the card that was read (code and version) does not answer.",
        "The last column tells where the information need that came of the case stands, if there is one.",
        "Each office gets the cases of its own services; the agency gets the copy with all offices.",
      ],
    },
  },
  switchboard: {
    it: {
      title: "Centralino",
      lines: [
        "Conta ed elenca i casi di centralino dell'ente aperti nel periodo (data di apertura, ora di Roma).",
        "Esito del trasferimento: quello dell'ultimo trasferimento diretto del caso. «Nessun trasferimento»: il cittadino ha avuto il numero o l'informazione, oppure ha riagganciato prima.",
        "Attesa: secondi fra l'inizio del trasferimento e la risposta dell'interno.",
        "La nota dell'operatore non è riportata: si legge nel caso, con il suo numero.",
      ],
    },
    en: {
      title: "Switchboard",
      lines: [
        "Counts and lists the agency's switchboard cases opened in the period (opening date, Rome time).",
        "Outcome: that of the case's last direct transfer. No transfer: the citizen was told the number or the information, or hung up before.",
        "Wait: seconds between the start of the transfer and the answer of the extension.",
        "The operator's note is not in it: it is read in the case, by its number.",
      ],
    },
  },
  contact_centre: {
    it: {
      title: "Contact centre",
      lines: [
        "Conta le chiamate in arrivo iniziate nel periodo (ora di Roma), anche quelle servite dalla linea di emergenza.",
        "Offerte: chiamate arrivate in coda a un operatore. Risposte: offerte a cui un operatore ha parlato. Abbandonate: offerte in cui il cittadino ha riagganciato in coda.",
        `Livello di servizio: risposte entro ${SERVICE_LEVEL_SECONDS} secondi dall'ingresso in coda, in percentuale delle offerte.`,
        "Attesa: secondi dall'ingresso in coda alla risposta. Gestione: conversazione più lavoro successivo alla chiamata dello stesso operatore.",
        "Ente: quello del caso aperto dalla chiamata; se il caso non ne ha, quello scelto nel menu vocale.",
        "Motivo di contatto: quello di ciascun caso collegato alla chiamata (una chiamata può avere più casi).",
      ],
    },
    en: {
      title: "Contact centre",
      lines: [
        "Counts the inbound calls begun in the period (Rome time), those served by the emergency line too.",
        "Offered: calls that reached the queue for an operator. Answered: offered ones in which an operator spoke. Abandoned: offered ones in which the citizen hung up in the queue.",
        `Service level: answered within ${SERVICE_LEVEL_SECONDS} seconds of entering the queue, as a percentage of the offered.`,
        "Wait: seconds from entering the queue to the answer. Handling: talk plus after-call work of the same operator.",
        "Agency: that of the case that the call opened; if it has none, the one chosen in the voice menu.",
        "Contact reason: that of each case linked to the call (a call may have several cases).",
      ],
    },
  },
};

export const reasonNames: Record<string, string> = {
  information: "Informazione",
  case_status: "Informazione su Case",
  complaint: "Reclamo",
  grievance: "Lamentela",
  issue_report: "Segnalazione",
  reminder: "Sollecito",
  update_notice: "Notifica per informazione",
  booking: "Prenotazione",
};

export const outcomeNames: Record<string, string> = {
  answered: "Risposta da un operatore",
  abandoned_ivr: "Riagganciata nel menu vocale",
  abandoned_queue: "Abbandonata in coda",
  outside_hours: "Fuori orario",
  overflow: "Coda piena",
  wrong_number: "Numero errato",
  system_failure: "Guasto del sistema",
  ended_by_flow: "Conclusa dal menu vocale",
  parachute_answered: "Linea di emergenza: risposta",
  parachute_unanswered: "Linea di emergenza: senza risposta",
  lost_with_switch: "Persa con il centralino telefonico",
  not_reached: "Non raggiunta",
};

/** Results of a direct transfer, as the operator sees them. */
export const transferNames: Record<string, string> = {
  completed: "Trasferita",
  returned: "Ripresa dall'operatore",
  busy: "Occupato",
  no_answer: "Nessuna risposta",
  refused: "Rifiutata",
  closed: "Fuori orario",
  unreachable: "Non raggiungibile",
  voicemail: "Segreteria telefonica",
  office_left: "L'interno ha riagganciato",
  voice_lost: "Voce persa",
  operator_left: "Operatore caduto",
  citizen_left: "Riagganciata dal cittadino",
  not_ready: "Non pronta",
  withdrawn: "Annullata dall'operatore",
};
