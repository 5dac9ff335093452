/** Devices that the person chose on this machine; an empty id is the machine's own choice. */
export type PhoneChoices = {
  microphone: string;
  speaker: string;
  ringer: string;
  /** Echo, noise and level are corrected by the browser; off for headsets that do it themselves. */
  processing: boolean;
};

const storageKey = "055055.phone";
const machineChoice: PhoneChoices = { microphone: "", speaker: "", ringer: "", processing: true };

export function readChoices(): PhoneChoices {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    return typeof stored === "object" && stored !== null ? { ...machineChoice, ...stored } : machineChoice;
  } catch {
    // Written by somebody else: the machine's choice is as good.
    return machineChoice;
  }
}

export function writeChoices(choices: PhoneChoices): void {
  localStorage.setItem(storageKey, JSON.stringify(choices));
}
