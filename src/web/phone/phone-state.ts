/** What the rest of the page knows of the phone in it; page-phone.ts alone changes it. */

export type PhoneStatus =
  /** Loading, asking for the microphone, registering. */
  | "starting"
  /** Registered: calls can ring here. */
  | "ready"
  /** The way to the switch is cut; tried again without end. */
  | "connecting"
  | "microphone_refused"
  | "microphone_missing"
  /** This seat works with a desk phone, or the program gave no account. */
  | "no_account";

export type PhoneStage = "ringing" | "answering" | "talking";

/** `callId` is the program's; null for a call that it did not announce (an office rung by a transfer has one too). */
export type PhoneCall = { callId: string | null; stage: PhoneStage; from: string };

/** silent: in a call nothing at all comes from it; dead: the device is gone or switched off. */
export type MicrophoneState = "alive" | "silent" | "dead";

export type Quality = "good" | "fair" | "poor" | "none";

export type PhoneView = {
  status: PhoneStatus;
  call: PhoneCall | null;
  muted: boolean;
  microphone: MicrophoneState;
  /** Null as long as there is nothing to judge. */
  quality: Quality | null;
  /** The browser wants a click before it lets anything be heard. */
  soundBlocked: boolean;
  devices: PhoneDevices;
};

export type PhoneDevice = { id: string; label: string };
export type PhoneDevices = { microphones: PhoneDevice[]; speakers: PhoneDevice[] };

/** Levels from 0 to 1, told apart from the view because they change four times a second. */
export type Levels = { said: number; heard: number };

export const idlePhone: PhoneView = {
  status: "starting",
  call: null,
  muted: false,
  microphone: "alive",
  quality: null,
  soundBlocked: false,
  devices: { microphones: [], speakers: [] },
};

export function isMicrophoneMissing(status: PhoneStatus): boolean {
  return status === "microphone_refused" || status === "microphone_missing";
}

/** No call can reach this phone, and the person should know. */
export function isOut(view: PhoneView): boolean {
  return view.status !== "ready" && view.status !== "starting";
}
