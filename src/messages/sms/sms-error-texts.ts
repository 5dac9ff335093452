/**
 * What the carrier's error codes mean for the person at the desk (Twilio's error dictionary; INTERFACE shows the code
 * too). Pure: the page uses the same table.
 */
const texts: Record<string, string> = {
  "21211": "Il numero non è valido.",
  "21408": "L'invio verso questo Paese non è abilitato.",
  "21610": "Il destinatario ha chiesto di non ricevere più SMS (STOP).",
  "21612": "Il numero non è raggiungibile con un SMS.",
  "21614": "Il numero non è un cellulare.",
  "21617": "Il testo è troppo lungo.",
  "30001": "La coda dell'operatore telefonico è piena: riprovare più tardi.",
  "30002": "L'account per gli SMS è sospeso: avvisare l'amministratore.",
  "30003": "Il telefono è spento o irraggiungibile.",
  "30004": "Il messaggio è stato bloccato dall'operatore telefonico o dal destinatario.",
  "30005": "Il numero è sconosciuto o non più attivo.",
  "30006": "È un numero fisso, o il suo operatore non riceve SMS.",
  "30007": "Il messaggio è stato filtrato dall'operatore telefonico.",
  "30008": "Errore sconosciuto dell'operatore telefonico.",
  unknown: "Esito sconosciuto: si sta chiedendo all'operatore telefonico. Non reinviare.",
};

export function smsErrorText(code: string | null): string | null {
  if (code === null) return null;
  return texts[code] ?? `L'SMS non è partito (codice ${code}).`;
}
