/** Words of the administrator's screens and of imports. */
export const adminTextsIt = {
  tree: {
    title: "Organizzazione",
    one: "Voce dell'organizzazione",
    choose: "Scegli una voce dell'albero per vederla e cambiarla.",
    gone: "Questa voce non c'è più.",
    offices: "Uffici di II livello",
    newUnit: {
      agencies: "Nuovo ente",
      departments: "Nuova struttura",
      offices: "Nuovo ufficio",
      services: "Nuovo servizio",
    },
    fields: {
      name: "Nome",
      shortName: "Nome breve",
      switchboard: "Aderisce al centralino",
      phone: "Telefono",
      email: "E-mail",
      disabled: "Disattivato",
    },
    officeOfService: "Ufficio competente",
  },
  people: {
    title: "Persone",
    hint: "Chi lavora negli uffici di II livello e alle postazioni.",
    search: "Cerca per nome",
    name: "Nome",
    login: "Nome utente",
    where: "Ufficio o postazione",
    off: "disattivata",
  },
  imports: {
    title: "Importazioni",
    hint: "Il file si prova prima senza scrivere nulla; si importa solo se non ha errori. Ripetuto, non duplica.",
    kinds: { organisation: "Organizzazione", directory: "Rubrica del centralino" },
    columns: {
      organisation:
        "CSV con le colonne tipo, codice, ente, macrostruttura, ufficio, nome, nome_breve, profilo, accetta_informazioni, accetta_reclami, contact_back, agenda, tentativi, centralino, telefono, email, orari, attivo.",
      directory:
        "CSV con le colonne tipo, codice, ente, nome, ruolo, ufficio, telefono, interno, riservato, telefono_ufficio, segreteria, orari, attivo.",
    },
    file: "File",
    tryIt: "Prova",
    importIt: "Importa",
    working: "Lettura del file…",
    tried: "Il file va bene: ora si può importare.",
    imported: "Importato.",
    hasErrors: (count: number) => (count === 1 ? "Il file ha 1 errore." : `Il file ha ${count} errori.`),
    rows: (count: number) => (count === 1 ? "1 riga letta." : `${count} righe lette.`),
    units: { agency: "Enti", department: "Strutture", office: "Uffici", service: "Servizi" },
    counts: (name: string, rows: number, created: number, changed: number) =>
      `${name ? `${name}: ` : ""}${rows} righe, ${created} nuove, ${changed} cambiate`,
    errors: (shown: number, total: number) =>
      shown < total ? `Primi ${shown} errori di ${total}` : `Errori: ${total}`,
    line: "Riga",
    column: "Colonna",
    error: "Errore",
  },
};
