import { readFileSync } from "node:fs";
import { AppError } from "../../errors.ts";

const leastLength = 12;
/** Beside common words and one's own name. */
const leastLetters = 5;

/** Words that stand in guessed passwords, lower case; a line each, # for comments. */
const commonWords = readFileSync(new URL("./common-passwords.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((word) => word !== "" && !word.startsWith("#"));

export type PasswordFault = "too_short" | "too_common" | "too_uniform" | "says_who";

const sentences: Record<PasswordFault, string> = {
  too_short: `La password deve avere almeno ${leastLength} caratteri: una breve frase va bene.`,
  too_common: "La password è troppo prevedibile: contiene poco più di una parola comune.",
  too_uniform: "La password ripete pochi caratteri o segue la tastiera.",
  says_who: "La password contiene il suo nome o il nome del servizio.",
};

/**
 * Length and a list of common words (ASVS 6.2.1, 6.2.4, 6.2.11); no rule about kinds of signs. What is left when common
 * words are taken out must still be long enough to be worth guessing.
 * @param person login and name, whose parts may not stand in it
 */
export function passwordFault(password: string, person: { login: string; displayName: string }): PasswordFault | null {
  const typed = password.normalize("NFKC").toLowerCase();
  if ([...password.normalize("NFC")].length < leastLength) return "too_short";
  if (new Set(typed).size < 5 || isRun(typed)) return "too_uniform";
  const own = `${person.login} ${person.displayName}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const ownWords = own.filter((part) => part.length >= 4);
  for (const form of [typed, unmask(typed)]) {
    if (lettersBeside(form, commonWords) < leastLetters) return "too_common";
    if (lettersBeside(form, [...ownWords, ...commonWords]) < leastLetters) return "says_who";
  }
  return null;
}

/** @throws AppError rule_violated with an Italian sentence */
export function refuseWeakPassword(password: string, person: { login: string; displayName: string }): void {
  const fault = passwordFault(password, person);
  if (!fault) return;
  throw new AppError("rule_violated", "The password is too weak", {
    refusal: `password_${fault}`,
    it: sentences[fault],
    insteadIt: "Usi una frase di più parole che solo lei conosce.",
  });
}

/** Usual disguises: "p4ssw0rd" is "password". */
function unmask(text: string): string {
  const disguises: Record<string, string> = {
    "0": "o",
    "1": "i",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "@": "a",
    $: "s",
  };
  return /\p{L}/u.test(text) ? text.replace(/[013457@$]/g, (sign) => disguises[sign] ?? sign) : text;
}

/** How many letters stay when the words, and what is no letter, are taken out. */
function lettersBeside(typed: string, words: readonly string[]): number {
  let rest = typed;
  for (const word of words) rest = rest.replaceAll(word, "");
  return rest.replace(/[^\p{L}]/gu, "").length;
}

/** "123456789012", "abcdefghijkl", "qwertyuiopas": each sign the neighbour of the one before. */
function isRun(plain: string): boolean {
  const rows = ["01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "oiz"];
  let steps = 0;
  for (let at = 1; at < plain.length; at++) {
    const pair = plain.slice(at - 1, at + 1);
    if (rows.some((row) => row.includes(pair) || [...row].reverse().join("").includes(pair))) steps += 1;
  }
  return steps >= (plain.length - 1) * 0.75;
}
