import { expect } from "chai";
import { roles } from "../src/people/roles.ts";
import { type GuidePage, pagesFor } from "../src/web/guide/guide-pages.ts";
import { guidePagesEn } from "../src/web/guide/guide-pages-en.ts";
import { guidePagesIt } from "../src/web/guide/guide-pages-it.ts";
import { screensOf } from "../src/web/screens.tsx";
import { screenCatalogue } from "../src/web/texts/screen-texts.ts";
import { sendCatalogue } from "../src/web/texts/send-texts.ts";
import { settingsCatalogue } from "../src/web/texts/settings-texts.ts";
import { catalogue } from "../src/web/texts/texts.tsx";
import { reportTextsEn } from "../src/web/texts/texts-en-reports.ts";
import { reportTextsIt } from "../src/web/texts/texts-it-reports.ts";

describe("page: the guide", () => {
  for (const role of roles) {
    const own = screensOf({ roles: [{ role, agencyId: null }] }).map(({ name }) => name);
    // What is for everybody does not tell a role its work.
    const pages = pagesFor(role, "", "it").filter((page) => page.roles.includes(role));

    it(`tells ${role} the work, and leads only to screens of the role`, () => {
      expect(pages).not.to.be.empty;
      const elsewhere = pages
        .filter(({ opens }) => opens && !own.includes(opens))
        .map(({ id, opens }) => `${id}: ${opens}`);
      expect(elsewhere).to.deep.equal([]);
      expect(own).to.include("guida");
    });
  }

  it("is found by words anywhere, without accents, all of them", () => {
    expect(pagesFor("operator", "", "it")[0]?.id).to.equal("primo-giorno");
    expect(pagesFor(null, "perche CONFERMA", "it").map(({ id }) => id)).to.include("diritti");
    expect(pagesFor("specialist", "wallboard", "it")).to.deep.equal([]);
    expect(pagesFor(null, "zanzariera", "it")).to.deep.equal([]);
  });

  it("is short, has no page twice, and says in which language it is", () => {
    const ids = guidePagesIt.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    expect(guidePagesIt.filter(({ steps }) => steps.length > 10).map(({ id }) => id)).to.deep.equal([]);
    const english = pagesFor(null, "", "en");
    expect(english.find(({ id }) => id === "primo-giorno")).to.include({ language: "en", title: "The first day" });
  });

  it("has the same pages in both languages, each with as many steps and reminders, and is searched in both", () => {
    expect(Object.keys(guidePagesEn)).to.deep.equal(guidePagesIt.map(({ id }) => id));
    const shape = ({ id, steps, mind }: GuidePage) => [id, steps.length, mind.length];
    const english = pagesFor(null, "", "en");
    expect(english.map(shape)).to.deep.equal(pagesFor(null, "", "it").map(shape));
    expect(english.filter(({ language }) => language !== "en").map(({ id }) => id)).to.deep.equal([]);
    expect(pagesFor("rejects_agent", "wrongly REASSIGN", "en").map(({ id }) => id)).to.deep.equal(["rigetti"]);
    expect(pagesFor(null, "perche", "en")).to.deep.equal([]);
  });

  for (const [language, quoted] of [
    ["it", /«([^»]+)»/g],
    ["en", /“([^”]+)”/g],
  ] as const) {
    it(`names buttons and sections as the page itself does (${language})`, () => {
      const said = [catalogue, screenCatalogue, sendCatalogue, settingsCatalogue].flatMap((one) =>
        wordsOf(one[language]),
      );
      said.push(...wordsOf(language === "it" ? reportTextsIt : reportTextsEn));
      const unknown = pagesFor(null, "", language)
        .flatMap(({ steps, mind }) => [...steps, ...mind].flatMap((line) => [...line.matchAll(quoted)]))
        .map(([, name = ""]) => name)
        .filter((name) => !said.some((words) => words.toLowerCase().startsWith(name.toLowerCase())));
      expect(unknown).to.deep.equal([]);
    });
  }
});

/** Every fixed text below a part of the catalogue. */
function wordsOf(part: unknown): string[] {
  if (typeof part === "string") return [part];
  return part && typeof part === "object" ? Object.values(part).flatMap(wordsOf) : [];
}
