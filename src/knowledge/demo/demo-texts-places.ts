import { type DemoCardText, say } from "./demo-card-text.ts";

/** Roads, traffic, building, environment, police. Written for the demo: amounts and terms are examples. */
export const placeTexts: Record<string, DemoCardText> = {
  "ZTL, permessi di accesso": say(
    "zona traffico limitato centro permesso residenti targa telepass contrassegno",
    "Il permesso si chiede online indicando la targa. I residenti allegano la carta di circolazione; chi ha un posto auto privato il titolo di disponibilità.",
    "Gli accessi occasionali si comunicano entro 48 ore dal transito. La ZTL è attiva dal lunedì al venerdì 7.30-20.00 e il sabato 7.30-16.00.",
  ),
  "ZTL, comunicazione di targa per invalidi": say(
    "disabili contrassegno transito targa accesso corsia",
    "Chi ha il contrassegno può associare fino a due targhe. Per un transito occasionale la targa si comunica entro 48 ore, anche per telefono.",
    "Occorrono il numero del contrassegno e il Comune che lo ha rilasciato.",
  ),
  "Contrassegno disabili": say(
    "CUDE invalidi parcheggio disabili rinnovo tagliando",
    "Si richiede con il verbale della commissione medica che riconosce la capacità di deambulazione ridotta. Vale cinque anni in tutta l'Unione europea.",
    "Per il rinnovo del contrassegno permanente basta il certificato del medico curante. Quello temporaneo richiede una marca da bollo.",
  ),
  "Buche e manutenzione delle strade": say(
    "asfalto buca marciapiede sconnesso riparazione voragine",
    "Per la segnalazione indicare via, numero civico e che cosa si vede. Le buche pericolose sono messe in sicurezza entro 24 ore.",
    "La riparazione definitiva segue il programma dei lavori. I danni si chiedono all'ufficio sinistri con fotografie e testimoni.",
  ),
  "Lavori in corso e chiusure": say(
    "cantiere strada chiusa deviazione traffico ordinanza viabilità",
    "L'elenco dei cantieri è aggiornato ogni venerdì con le strade chiuse, i divieti e le deviazioni degli autobus.",
    "I divieti di sosta devono essere esposti almeno 48 ore prima.",
  ),
  "Passo carrabile": say(
    "carraio accesso garage divieto sosta cartello canone",
    "La domanda si presenta online con planimetria e fotografie; il cartello con il numero si ritira dopo il rilascio.",
    "Il canone è annuale. La modifica del marciapiede richiede un'autorizzazione a parte.",
  ),
  "Pulizia delle strade, divieti di sosta": say(
    "spazzamento lavaggio strada divieto rimozione calendario giorno",
    "Il giorno della pulizia è scritto sul cartello della via; il calendario si cerca per indirizzo.",
    "L'auto lasciata in divieto è rimossa: per ritrovarla vedere la scheda dei veicoli rimossi.",
  ),
  "Multe, ricorsi e pagamenti": say(
    "verbale contravvenzione ricorso prefetto giudice di pace punti patente sanzione rate",
    "Pagando entro cinque giorni dalla notifica si ha la riduzione del 30%. Si paga con PagoPA usando il codice dell'avviso.",
    "Il ricorso si presenta al Prefetto entro 60 giorni o al Giudice di pace entro 30. I dati del conducente si comunicano entro 60 giorni.",
  ),
  "Veicoli rimossi": say(
    "auto portata via carro attrezzi depositeria rimozione",
    "La depositeria risponde giorno e notte. Per il ritiro servono documento, patente e carta di circolazione.",
    "Si pagano la rimozione e la custodia; la multa si paga a parte.",
  ),
  "Oggetti smarriti": say(
    "perso trovato portafoglio chiavi documenti ritrovati",
    "Gli oggetti trovati si conservano per un anno. Per il ritiro descrivere l'oggetto, il luogo e il giorno.",
    "I documenti sono inviati al Comune di residenza dopo sette giorni.",
  ),
  "Edilizia privata, pratiche": say(
    "permesso di costruire CILA SCIA tecnico SUE ristrutturazione",
    "Le pratiche si presentano sul portale tramite un tecnico abilitato. Lo stato si consulta con il numero di protocollo.",
    "I tecnici ricevono su appuntamento. Per il permesso di costruire il termine è di 60 giorni, sospeso da una richiesta di integrazioni.",
  ),
  "Accesso agli atti edilizi": say(
    "visura progetto planimetria fascicolo archivio copia",
    "La richiesta si fa online indicando indirizzo e anno dell'intervento. I diritti di ricerca sono di 30 euro.",
    "I fascicoli in archivio sono disponibili entro 30 giorni; la consultazione avviene su appuntamento.",
  ),
  "Certificato di destinazione urbanistica": say(
    "CDU terreno rogito notaio piano operativo",
    "Si chiede con l'estratto di mappa catastale. Il rilascio avviene entro 30 giorni, con due marche da bollo da 16 euro.",
    "Il certificato vale un anno se gli strumenti urbanistici non cambiano.",
  ),
  "Numerazione civica": say(
    "numero civico interno targhetta strada nuova costruzione",
    "La domanda si presenta prima della fine dei lavori. La targhetta si ritira allo sportello e va posta entro dieci giorni.",
  ),
  "Verde pubblico e alberi": say(
    "potatura albero caduto parco siepe giardino abbattimento",
    "Per rami pericolosi la squadra interviene in giornata. Le potature ordinarie si fanno da novembre a marzo.",
    "Gli alberi nei giardini privati sono del proprietario, che per abbatterli chiede il parere del Comune.",
  ),
  "Animali e colonie feline": say(
    "cane randagio gatto canile smarrito adozione microchip",
    "Per un cane vagante si chiama la Polizia municipale, che lo affida al canile. Gli animali in custodia si possono adottare.",
    "Le colonie feline sono censite dalla ASL, che provvede alla sterilizzazione.",
  ),
  "Inquinamento acustico": say(
    "rumore locale musica notte esposto decibel disturbo",
    "L'esposto indica il luogo, gli orari e chi sente il rumore. Il Comune può chiedere la misura ad ARPAT.",
    "Per il disturbo in corso interviene la Polizia municipale.",
  ),
  "Cimiteri, concessioni": say(
    "loculo tomba scadenza rinnovo sepoltura esumazione",
    "La concessione dei loculi dura 40 anni e si può rinnovare alla scadenza. L'avviso è affisso al cimitero e inviato ai familiari noti.",
    "Per conoscere la scadenza occorrono nome del defunto e cimitero.",
  ),
  "Strade provinciali, manutenzione": say(
    "buca asfalto strada provinciale guardrail neve ghiaccio",
    "Indicare il nome della strada, il chilometro o il luogo più vicino e la direzione. I pericoli sono presi in carico subito dalla squadra di zona.",
    "D'inverno il servizio neve è attivo giorno e notte sopra i 400 metri.",
  ),
  "Trasporti eccezionali, autorizzazioni": say(
    "veicolo fuori sagoma scorta autorizzazione convoglio",
    "La domanda si presenta sul portale regionale almeno 15 giorni prima del viaggio, con le caratteristiche del veicolo e il percorso.",
    "L'autorizzazione può essere singola, multipla o periodica.",
  ),
  "Fi-Pi-Li, lavori e chiusure": say(
    "superstrada FIPILI chiusura notturna code uscita svincolo",
    "Le chiusure notturne sono di norma dalle 21 alle 6 e si annunciano con una settimana di anticipo.",
    "Le deviazioni sono indicate sui pannelli; per l'assistenza sulla strada risponde il gestore, giorno e notte.",
  ),
  "Danni da buche su strade provinciali": say(
    "risarcimento danni gomma cerchio sinistro assicurazione",
    "La richiesta si invia con il modulo, le fotografie del luogo e del danno, il preventivo o la fattura e i nomi dei testimoni.",
    "L'ufficio risponde entro 60 giorni; se sono intervenute le forze dell'ordine allegare il verbale.",
  ),
  "Autoscuole e studi di consulenza": say(
    "patente autoscuola apertura istruttore insegnante esame",
    "Per aprire un'autoscuola si presenta la SCIA con la capacità finanziaria, i locali e un insegnante abilitato.",
    "Gli esami di idoneità per insegnanti e consulenti si tengono due volte l'anno.",
  ),
  "Licenza per il trasporto in conto proprio": say(
    "camion autocarro merci licenza conto proprio rinnovo",
    "La licenza serve per i veicoli oltre 6 tonnellate. Si chiede con la visura camerale e la carta di circolazione.",
    "Va aggiornata entro 30 giorni da ogni modifica dell'attività o dei veicoli.",
  ),
  "Edifici delle scuole superiori": say(
    "liceo istituto riscaldamento guasto manutenzione scuola superiore",
    "I guasti li segnala la scuola tramite il portale; i genitori si rivolgono alla segreteria o a questo servizio.",
    "Per riscaldamento e acqua la squadra interviene entro quattro ore nei giorni di lezione.",
  ),
  "Palestre scolastiche, uso serale": say(
    "palestra associazione sportiva uso serale concessione spazi",
    "Le associazioni presentano la domanda entro il 31 maggio per l'anno sportivo che segue; i posti liberi si assegnano in ogni momento.",
    "La tariffa oraria è ridotta per le attività con minori e persone con disabilità.",
  ),
  "Orientamento e diritto allo studio": say(
    "borse di studio scuola superiore orientamento contributi",
    "Le borse statali si chiedono con l'ISEE, di norma tra aprile e maggio. Gli incontri di orientamento si tengono a novembre e dicembre.",
  ),
  "Impianti termici, bollino e controlli": say(
    "caldaia bollino blu manutenzione fumi verifica riscaldamento SIERT",
    "Il bollino lo applica il manutentore insieme al rapporto di controllo: ogni quattro anni per le caldaie a gas domestiche fino a 100 kW.",
    "L'impianto senza bollino è verificato a pagamento. L'ispettore mostra il tesserino e annuncia la visita per lettera.",
  ),
  "Pozzi e derivazioni d'acqua": say(
    "pozzo denuncia concessione acqua irrigazione perforazione",
    "Il pozzo domestico si denuncia prima della perforazione. Per gli altri usi serve la concessione, con canone annuo.",
  ),
  "Caccia e pesca, tesserini": say(
    "tesserino venatorio licenza pesca caccia ritiro riconsegna",
    "Il tesserino venatorio si ritira su appuntamento presentando la licenza e i versamenti, e si riconsegna entro il 20 marzo.",
    "Per la pesca basta la ricevuta del versamento con un documento.",
  ),
  "Fauna selvatica ferita": say(
    "animale selvatico capriolo riccio rapace incidente soccorso",
    "Non toccare l'animale: indicare dove si trova e che cosa ha. Il servizio di recupero interviene giorno e notte.",
    "Per un incidente con danni chiamare anche le forze dell'ordine.",
  ),
  "Autorizzazione unica ambientale": say(
    "AUA emissioni scarichi impresa autorizzazione SUAP",
    "La domanda si presenta al SUAP del Comune. Il termine è di 90 o 120 giorni secondo i titoli compresi.",
    "Lo stato della pratica si chiede con il numero SUAP. L'autorizzazione dura 15 anni.",
  ),
  "Parchi e aree protette": say(
    "parco sentieri orari apertura guide riserva",
    "I parchi sono aperti dall'alba al tramonto; le case del parco il sabato e la domenica.",
    "I cani si tengono al guinzaglio. Per gruppi e scuole le visite guidate si prenotano una settimana prima.",
  ),
  "Bollo auto, dove rivolgersi": say(
    "tassa automobilistica rimborso esenzione ACI Regione",
    "Il bollo è della Regione: pagamenti, rimborsi ed esenzioni si chiedono agli uffici ACI o sul portale regionale.",
    "Per la perdita di possesso si allega la denuncia o l'atto di vendita.",
  ),
  "Strumenti urbanistici": say(
    "piano operativo strutturale variante osservazioni mappa",
    "Il piano operativo si consulta online per indirizzo o particella. Le osservazioni a una variante si inviano entro 60 giorni dalla pubblicazione.",
  ),
  "Strade, marciapiedi e illuminazione": say(
    "lampione spento luce buca marciapiede riparazione",
    "Per il lampione indicare il numero scritto sul palo. Un punto luce isolato si ripara entro cinque giorni, una via al buio entro 24 ore.",
    "Per buche e marciapiedi indicare via e numero civico.",
  ),
  "Tramvia, lavori e fermate": say(
    "tram T1 fermata chiusa navetta orari cantiere",
    "Le fermate chiuse e le navette sostitutive sono annunciate tre giorni prima. Gli orari cambiano nei giorni festivi.",
  ),
  "Giardini e parchi": say(
    "giochi bimbi altalena rotta panchina fontanello giardino",
    "I giochi pericolosi sono recintati in giornata e riparati entro 30 giorni. Indicare il nome del giardino.",
    "Per feste e compleanni si chiede l'uso dello spazio dieci giorni prima.",
  ),
  "Raccolta dei rifiuti ingombranti": say(
    "ritiro divano mobili lavatrice discarica isola ecologica",
    "Il ritiro a domicilio è gratuito fino a cinque pezzi e si prenota con il codice della TARI. Gli oggetti si lasciano sulla strada la sera prima.",
    "In alternativa si portano al centro di raccolta con la tessera sanitaria.",
  ),
  "Suolo pubblico, occupazioni": say(
    "trasloco ponteggio tavolini dehors occupazione permesso canone",
    "Per un trasloco la domanda si presenta dieci giorni prima; i cartelli di divieto si espongono 48 ore prima.",
    "Il canone dipende da superficie, giorni e zona. Per ponteggi e dehors serve la planimetria.",
  ),
};
