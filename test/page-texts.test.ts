import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { guidePagesEn } from "../src/web/guide/guide-pages-en.ts";
import { guideWordsEn, guideWordsIt } from "../src/web/guide/guide-words.ts";
import { screenCatalogue } from "../src/web/texts/screen-texts.ts";
import { sendCatalogue } from "../src/web/texts/send-texts.ts";
import { settingsCatalogue } from "../src/web/texts/settings-texts.ts";
import { catalogue } from "../src/web/texts/texts.tsx";
import { reportTextsEn } from "../src/web/texts/texts-en-reports.ts";
import { reportTextsIt } from "../src/web/texts/texts-it-reports.ts";

const web = fileURLToPath(new URL("../src/web/", import.meta.url));
const parts: Record<string, { it: unknown; en: unknown }> = {
  page: catalogue,
  screens: screenCatalogue,
  send: sendCatalogue,
  settings: settingsCatalogue,
  reports: { it: reportTextsIt, en: reportTextsEn },
  guide: { it: guideWordsIt, en: guideWordsEn },
};

/** Path of each text → what it says; a text that is made is asked with a number, then with words. */
function said(value: unknown, path: string, found = new Map<string, string>()): Map<string, string> {
  if (typeof value === "string") found.set(path, value);
  else if (typeof value === "function") {
    for (const sample of [2, "X"]) {
      try {
        const answer: unknown = value(sample, sample, sample, sample);
        if (typeof answer === "string") found.set(`${path}(${sample})`, answer);
      } catch (error) {
        // It takes only the other kind of sample.
        if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      }
    }
  } else if (value && typeof value === "object") {
    for (const [key, one] of Object.entries(value)) said(one, `${path}.${key}`, found);
  }
  return found;
}

/** Small words that every Italian sentence has and no English one. */
const italian =
  /[àèéìòù]|\b(il|lo|gli|della?|delle|dei|degli|dal|dalla|nel|nella|sul|non|sono|questo|questa|che|chi|per|con|una|uno|dopo|prima|senza|ogni|chiamat[ae]|ufficio|uffici|scegli|cittadin[oi]|scheda|schede|operatore)\b/i;
/** What is Italian on purpose: what is quoted, names, and the columns of files. */
const quoted =
  /^CSV .*|«[^»]*»|"[^"]*"|“[^”]*”|Chi-Dove-Quando|\be-mail\b|Italiano|principale|per cent|per minute|per hour|per day|per case|per call|per SMS|per office|per agency|as per|per person|once per|per week|per month|per role/gi;

describe("page: the catalogue in Italian and English", () => {
  for (const [name, { it: italianPart, en: englishPart }] of Object.entries(parts)) {
    const inItalian = said(italianPart, name);
    const inEnglish = said(englishPart, name);

    it(`${name}: both languages say the same things, and nothing is empty`, () => {
      expect([...inEnglish.keys()].sort()).to.deep.equal([...inItalian.keys()].sort());
      // A draft needs no hint.
      const empty = [...inItalian, ...inEnglish].filter(
        ([path, words]) => words.trim() === "" && !path.endsWith("statusHint.draft"),
      );
      expect(empty).to.deep.equal([]);
      const broken = [...inItalian, ...inEnglish].filter(([, words]) => /undefined|\[object|NaN/.test(words));
      expect(broken).to.deep.equal([]);
    });

    it(`${name}: no Italian is left in English`, () => {
      const left = [...inEnglish].filter(([, words]) => italian.test(words.replaceAll(quoted, "")));
      expect(left).to.deep.equal([]);
      const untranslated = [...inEnglish].filter(
        ([path, words]) => inItalian.get(path) === words && /\p{L}{2,} \p{L}{2,} \p{L}{2,}/u.test(words),
      );
      expect(untranslated).to.deep.equal([]);
    });
  }

  it("the guide's English pages are English", () => {
    const left = [...said(guidePagesEn, "guide")].filter(([, words]) => italian.test(words.replaceAll(quoted, "")));
    expect(left).to.deep.equal([]);
  });

  it("no screen says words of its own beside the catalogue", () => {
    const files = readdirSync(web, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".tsx"));
    const own = files.flatMap((file) =>
      readFileSync(join(web, file), "utf8")
        .split("\n")
        .flatMap((line, n) =>
          /\b(aria-label|placeholder|title|alt|label|hint)="[^"]*\p{L}{3,}/u.test(line) ||
          /<(p|h\d|span|strong|legend|th|td|button|label|li)(\s[^<>{}]*)?>\s*\p{L}{3,}[^<>{}]*<\//u.test(line)
            ? [`${file}:${n + 1} ${line.trim()}`]
            : [],
        ),
    );
    expect(own).to.deep.equal([]);
  });
});
