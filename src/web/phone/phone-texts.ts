import type { Language } from "../api/api-types.ts";
import { useSpeech } from "../texts/texts.tsx";
import type { PhoneStatus, Quality } from "./phone-state.ts";

type QualityWords = Record<Quality, string>;
type StatusWords = Record<PhoneStatus, string>;

const it = {
  title: "Telefono nella pagina",
  status: {
    starting: "Telefono in avvio",
    ready: "Telefono pronto",
    connecting: "Telefono scollegato",
    microphone_refused: "Microfono non consentito",
    microphone_missing: "Microfono assente",
    no_account: "Telefono non disponibile",
  } satisfies StatusWords,
  trouble: {
    connecting: "Il telefono è scollegato dalla centrale: riprovo da solo. Intanto non arrivano chiamate.",
    microphone_refused:
      "Il browser non può usare il microfono: non arrivano chiamate. Consentilo dall'icona accanto all'indirizzo e riprova.",
    microphone_missing: "Non trovo un microfono: non arrivano chiamate. Collega la cuffia, poi riparte da solo.",
    no_account: "Il telefono nella pagina non è disponibile per questa postazione: riprovo da solo.",
    dead: "Il microfono si è scollegato: il cittadino non ti sente.",
    silent: "Dal microfono non arriva alcun suono: controlla il tasto muto della cuffia o scegli un altro microfono.",
    soundBlocked: "Il browser aspetta un clic prima di far sentire l'audio.",
    none: "Non arriva audio dalla rete: il cittadino potrebbe non sentirti.",
    poor: "Rete debole: la voce può essere a scatti.",
  },
  retry: "Riprova",
  unblock: "Attiva l'audio",
  quality: {
    good: "Rete buona",
    fair: "Rete discreta",
    poor: "Rete debole",
    none: "Nessun audio",
  } satisfies QualityWords,
  said: "Livello del microfono",
  heard: "Livello del cittadino",
  microphone: "Microfono",
  speaker: "Altoparlante o cuffia",
  ringer: "Suoneria su",
  machineChoice: "Predefinito del computer",
  unnamed: (place: number) => `Dispositivo ${place}`,
  processing: "Riduci rumore ed eco",
  processingHint: "Da spegnere se la cuffia lo fa da sé.",
  testMicrophone: "Prova il microfono",
  stopTest: "Ferma la prova",
  testSpeaker: "Prova l'audio",
  testRinger: "Prova la suoneria",
  testHint: "Parla: la barra deve muoversi.",
  keypad: "Tastierino",
  key: (digit: string) => `Tasto ${digit}`,
  ringing: "Il telefono squilla",
  inCall: "In conversazione",
  answer: "Rispondi",
  hangUp: "Chiudi chiamata",
  mute: "Muto",
  unmute: "Riattiva",
};

type PhoneTexts = typeof it;

const en: PhoneTexts = {
  title: "Phone in the page",
  status: {
    starting: "Phone starting",
    ready: "Phone ready",
    connecting: "Phone disconnected",
    microphone_refused: "Microphone not allowed",
    microphone_missing: "No microphone",
    no_account: "Phone not available",
  },
  trouble: {
    connecting: "The phone is disconnected from the switch: trying again. No calls arrive meanwhile.",
    microphone_refused:
      "The browser may not use the microphone: no calls arrive. Allow it with the icon beside the address and try again.",
    microphone_missing: "There is no microphone: no calls arrive. Plug in the headset, it starts again by itself.",
    no_account: "The phone in the page is not available for this seat: trying again.",
    dead: "The microphone was disconnected: the citizen can not hear you.",
    silent: "No sound comes from the microphone: check the mute key of the headset or choose another microphone.",
    soundBlocked: "The browser waits for a click before it plays any sound.",
    none: "No sound arrives from the network: the citizen may not hear you.",
    poor: "Weak network: the voice may break up.",
  },
  retry: "Try again",
  unblock: "Turn sound on",
  quality: { good: "Network good", fair: "Network fair", poor: "Network weak", none: "No sound" },
  said: "Microphone level",
  heard: "Citizen's level",
  microphone: "Microphone",
  speaker: "Speaker or headset",
  ringer: "Ring on",
  machineChoice: "The computer's default",
  unnamed: (place: number) => `Device ${place}`,
  processing: "Reduce noise and echo",
  processingHint: "Turn it off if the headset does it.",
  testMicrophone: "Test the microphone",
  stopTest: "Stop the test",
  testSpeaker: "Test the sound",
  testRinger: "Test the ring",
  testHint: "Speak: the bar should move.",
  keypad: "Keypad",
  key: (digit: string) => `Key ${digit}`,
  ringing: "The phone is ringing",
  inCall: "Talking",
  answer: "Answer",
  hangUp: "Hang up",
  mute: "Mute",
  unmute: "Unmute",
};

const catalogue: Record<Language, PhoneTexts> = { it, en };

/** The phone's part of the catalogue, loaded with it. */
export function usePhoneTexts(): PhoneTexts {
  return catalogue[useSpeech().language];
}
