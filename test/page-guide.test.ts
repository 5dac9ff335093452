import { expect } from "chai";
import { roles } from "../src/people/roles.ts";
import { pagesFor } from "../src/web/guide/guide-pages.ts";
import { guidePagesIt } from "../src/web/guide/guide-pages-it.ts";
import { screensOf } from "../src/web/screens.tsx";

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
    expect(english.find(({ id }) => id === "rigetti")?.language).to.equal("it");
  });
});
