import { type DemoCardText, say } from "./demo-card-text.ts";

/** Registers, taxes, schools, social services. Written for the demo: amounts and terms are examples. */
export const peopleTexts: Record<string, DemoCardText> = {
  "Carta d'identità elettronica": say(
    "CIE documento riconoscimento rinnovo scaduta smarrita furto PIN PUK",
    "Si rilascia su appuntamento. Portare la carta scaduta o la denuncia di smarrimento, una fototessera recente e la tessera sanitaria.",
    "Costa 22,21 euro, che si pagano allo sportello con carta o contanti. La carta arriva per posta in sei giorni lavorativi; chi parte prima può chiedere il ritiro in Comune.",
    "Si può rinnovare da 180 giorni prima della scadenza. Per chi non può muoversi è previsto il rilascio a domicilio.",
  ),
  "Cambio di residenza": say(
    "trasferimento abitazione iscrizione anagrafica indirizzo trasloco",
    "La dichiarazione si presenta entro 20 giorni dal trasferimento, online con SPID o CIE, per posta certificata o allo sportello.",
    "Servono il documento di tutti i componenti, il titolo di occupazione dell'alloggio e le targhe dei veicoli intestati. La residenza decorre dal giorno della dichiarazione; il controllo della Polizia municipale avviene entro 45 giorni.",
  ),
  "Certificati anagrafici": say(
    "stato di famiglia residenza nascita estratto bollo ANPR",
    "I certificati si scaricano senza bollo dal portale nazionale ANPR con SPID, CIE o CNS.",
    "Allo sportello si rilasciano con marca da bollo da 16 euro, salvo i casi di esenzione. Verso uffici pubblici e gestori di servizi basta l'autocertificazione.",
  ),
  "Autentica di firma e di copia": say(
    "dichiarazione sostitutiva delega pensione copia conforme",
    "Si presenta la persona che firma, con un documento valido. La firma si appone davanti all'impiegato.",
    "Per la copia conforme portare l'originale. Serve una marca da bollo da 16 euro, tranne nei casi esenti; chi è impedito può chiedere l'autentica a domicilio.",
  ),
  "Pubblicazioni di matrimonio": say(
    "sposarsi nozze matrimonio civile rito concordatario",
    "La richiesta si presenta almeno due mesi prima delle nozze; i documenti li acquisisce l'ufficio. I cittadini stranieri portano il nulla osta del consolato.",
    "Le pubblicazioni restano affisse otto giorni e valgono 180 giorni. Se entrambi risiedono in Comune serve una marca da bollo da 16 euro.",
  ),
  "Denuncia di nascita": say(
    "neonato registrazione figlio nome cognome ospedale",
    "Si fa entro 3 giorni in ospedale oppure entro 10 giorni in Comune, con l'attestazione di nascita e i documenti dei genitori.",
    "Se i genitori non sono sposati devono presentarsi entrambi. Il codice fiscale è attribuito subito.",
  ),
  "Tessera elettorale": say(
    "duplicato elezioni votare seggio spazi esauriti smarrita",
    "Il duplicato si ritira allo sportello con un documento valido; per smarrimento si firma una dichiarazione. Quando gli spazi sono esauriti portare la vecchia tessera.",
    "Nei giorni del voto l'ufficio è aperto per tutta la durata delle operazioni.",
  ),
  "Albo degli scrutatori": say(
    "seggio presidente elezioni iscrizione albo",
    "La domanda si presenta dal 1° ottobre al 30 novembre di ogni anno; per i presidenti di seggio entro il 31 ottobre.",
    "Occorre essere elettori del Comune e avere assolto l'obbligo scolastico.",
  ),
  "TARI, tassa sui rifiuti": say(
    "spazzatura bolletta rifiuti occupazione dichiarazione cessazione riduzione rate",
    "L'inizio e la fine dell'occupazione si comunicano entro 90 giorni, online o con il modulo. La tassa dipende dalla superficie e dal numero dei componenti.",
    "Si paga in due rate con il modello allegato all'avviso. Se la bolletta pare sbagliata si chiede il riesame indicando il codice utente.",
  ),
  "IMU, imposta municipale": say(
    "seconda casa aliquote acconto saldo F24 comodato rendita",
    "L'acconto si paga entro il 16 giugno e il saldo entro il 16 dicembre, con il modello F24. L'abitazione principale è esente, salvo le categorie di lusso.",
    "Le aliquote e il calcolo guidato sono sul sito. Per gli immobili in comodato ai figli è prevista la riduzione a metà della base imponibile.",
  ),
  "Imposta di soggiorno": say(
    "turisti albergo affitti brevi pernottamento esenzioni",
    "La paga chi pernotta in una struttura ricettiva, per un massimo di sette notti. Sono esenti i minori di 12 anni e chi assiste persone ricoverate.",
    "Il gestore versa e dichiara l'imposta entro il 15 del mese successivo.",
  ),
  "Rateizzazione dei tributi": say(
    "pagare a rate dilazione debito avviso accertamento difficoltà",
    "La domanda si presenta prima della scadenza dell'avviso, dichiarando la temporanea difficoltà economica. Fino a 6.000 euro non serve l'ISEE.",
    "Il numero delle rate dipende dall'importo; se non si pagano due rate anche non consecutive si perde il beneficio.",
  ),
  "Canone unico per insegne e pubblicità": say(
    "insegna vetrofania cartelloni affissioni pubblicità negozio",
    "Prima di esporre l'insegna occorre l'autorizzazione; il canone dipende da superficie, zona e durata.",
    "Le insegne di esercizio fino a 5 metri quadrati sono esenti dal pagamento ma non dall'autorizzazione.",
  ),
  "Asili nido, iscrizioni": say(
    "bambini 0-3 anni bando graduatoria posto nido domanda",
    "Le domande si presentano online nel mese di aprile per i nati fino al 31 maggio. La graduatoria provvisoria esce a giugno, la definitiva a luglio.",
    "Chi rinuncia al posto lo comunica entro cinque giorni. Le domande fuori termine entrano in coda alla lista d'attesa.",
  ),
  "Asili nido, rette e agevolazioni": say(
    "ISEE tariffa riduzione bonus nido retta mensile",
    "La retta dipende dall'ISEE per prestazioni rivolte a minorenni: va consegnato entro il 31 agosto, altrimenti si applica la tariffa massima.",
    "Il bonus nido statale si chiede all'INPS con le ricevute dei pagamenti, che si scaricano dal portale.",
  ),
  "Mensa scolastica": say(
    "refezione pasto dieta allergie addebito tariffa disdetta",
    "La mensa si paga con il borsellino elettronico o l'addebito in conto. L'assenza si comunica entro le 9.30 del mattino, altrimenti il pasto è addebitato.",
    "La dieta per motivi di salute richiede il certificato medico; quella per motivi religiosi una dichiarazione dei genitori.",
  ),
  "Trasporto scolastico": say(
    "scuolabus pulmino fermata iscrizione tariffa scuola",
    "L'iscrizione si fa online da maggio a luglio. La fermata è assegnata secondo l'indirizzo di residenza.",
    "Alla discesa deve esserci un adulto delegato, salvo l'autorizzazione all'uscita autonoma.",
  ),
  "Scuole dell'infanzia comunali": say(
    "materna iscrizione 3 anni sezione posto lista attesa",
    "Le iscrizioni seguono le date nazionali di gennaio. I posti liberi in corso d'anno si assegnano scorrendo la lista d'attesa.",
    "L'elenco delle scuole con i posti disponibili è aggiornato ogni settimana.",
  ),
  "Centri estivi": say(
    "estate bambini vacanze giugno luglio settimane iscrizione",
    "Il bando esce ad aprile. Le settimane vanno da metà giugno a fine luglio, con turni di mezza giornata o di giornata intera.",
    "La quota dipende dall'ISEE; i bambini con disabilità hanno la precedenza e il sostegno.",
  ),
  "Pacchetto scuola": say(
    "libri contributo studente ISEE rimborso borsa",
    "Spetta agli studenti delle scuole medie e superiori con ISEE fino a 15.748,78 euro. La domanda si presenta online da settembre a ottobre.",
    "Non occorre conservare le ricevute per chi frequenta scuole statali o paritarie.",
  ),
  "Separazioni e divorzi in Comune": say(
    "divorzio breve separazione consensuale accordo coniugi",
    "I coniugi senza figli minori o non autosufficienti possono firmare l'accordo davanti all'ufficiale di stato civile, anche senza avvocato.",
    "Dopo almeno 30 giorni si torna per la conferma. Si versa un diritto fisso di 16 euro.",
  ),
  "Servizi sociali, primo colloquio": say(
    "assistente sociale segretariato aiuto famiglia disagio appuntamento",
    "Il primo colloquio è gratuito e riservato e si prenota per telefono. Non servono documenti particolari; se c'è, portare l'ISEE.",
    "Per le emergenze fuori orario risponde il pronto intervento sociale.",
  ),
  "Assistenza domiciliare anziani": say(
    "anziano non autosufficiente badante aiuto a casa pasti",
    "La richiesta si fa all'assistente sociale di zona, che valuta la situazione con il medico di famiglia.",
    "Il piano personalizzato può comprendere igiene, pasti e accompagnamento; la compartecipazione dipende dall'ISEE.",
  ),
  "Bonus sociali luce, gas e acqua": say(
    "bolletta sconto disagio economico ISEE energia",
    "I bonus per disagio economico sono automatici: basta presentare ogni anno la DSU per l'ISEE.",
    "Per il bonus per disagio fisico si presenta domanda con il certificato della ASL.",
  ),
  "Case popolari, bandi": say(
    "ERP alloggio popolare graduatoria casa bando requisiti",
    "Il bando è pubblicato ogni quattro anni e aggiornato ogni due. Si partecipa con ISEE non superiore a 16.500 euro e residenza o lavoro nel Comune.",
    "La posizione in graduatoria si consulta con il numero della domanda.",
  ),
  "Contributo per l'affitto": say(
    "locazione canone affitto bando sostegno morosità sfratto",
    "Il bando esce di norma a maggio. Servono un contratto registrato, l'ISEE e le ricevute dell'anno precedente.",
    "Chi ha uno sfratto per morosità incolpevole può chiedere il contributo in ogni momento dell'anno.",
  ),
  "Biblioteca comunale": say(
    "libri prestito lettura studio sala tessera",
    "L'iscrizione è gratuita con un documento. Si possono prendere in prestito sei libri per 30 giorni, rinnovabili una volta.",
    "Il catalogo e le prenotazioni sono online; i libri si restituiscono anche nella cassetta esterna.",
  ),
  "Impianti sportivi": say(
    "campo calcio tennis palestra piscina prenotazione tariffe",
    "I campi si prenotano online fino a sette giorni prima. Le società sportive chiedono gli spazi annuali entro il 30 giugno.",
    "La disdetta è gratuita fino a 24 ore prima.",
  ),
};
