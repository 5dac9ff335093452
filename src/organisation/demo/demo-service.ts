import type { ServiceSettings } from "../organisation.ts";

/**
 * The services of the demo, as the bodies of the Florence area offer them. `ask` is what callers want to know; it goes
 * on "Il cittadino chiede …". Settings in short: b = base; a = advanced, then i, r = accepts information, complaints,
 * p = agenda, c = contact back.
 */
export type DemoService = {
  code: string;
  department: string;
  office: string;
  name: string;
  settings: string;
  ask: string;
};

export const line = (
  code: string,
  department: string,
  office: string,
  settings: string,
  name: string,
  ask: string,
) => ({
  code,
  department,
  office,
  name,
  settings,
  ask,
});

export function demoSettings(code: string): ServiceSettings {
  const has = (letter: string) => code.startsWith("a") && code.slice(1).includes(letter);
  return {
    profile: code === "b" ? "base" : "advanced",
    acceptsInformation: has("i"),
    acceptsComplaints: has("r"),
    hasAgenda: has("p"),
    minFailedAttempts: has("c") ? 2 : 1,
    contactBackReasons: has("c") ? ["information", "complaint"] : [],
  };
}
