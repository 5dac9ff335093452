import { expect } from "chai";
import type { ConsentVersion } from "../src/web/api/settings-api.ts";
import { consentBody, consentFaults, consentState, newConsentDraft } from "../src/web/settings/consent-draft.ts";

describe("page: a new version of the consent text", () => {
  const now = new Date("2027-03-01T09:00:00Z");
  const inForce: ConsentVersion = {
    ...{ version: "2027-1", textIt: "Posso inviarle un SMS con i dati?", textEn: "May I send you a text message?" },
    ...{ validFrom: "2027-01-01T00:00:00Z", madeBy: null, current: true, consents: 3 },
  };
  const older = { ...inForce, version: "2026-1", current: false };
  const versions = [inForce, older];
  const draft = { ...newConsentDraft(versions, now), textIt: "Le mando un SMS con i dati, va bene?" };
  const faults = (part: Partial<typeof draft>) => consentFaults({ ...draft, ...part }, versions, now);

  it("begins with the words in force and the year's next number", () => {
    const { textIt, textEn } = inForce;
    expect(newConsentDraft(versions, now)).to.deep.equal({ version: "2027-2", textIt, textEn, validFrom: "" });
    expect(newConsentDraft([], now)).to.deep.equal({ version: "2027-1", textIt: "", textEn: "", validFrom: "" });
  });

  it("says of each field what the server would refuse, and when nothing was changed", () => {
    expect(faults({})).to.deep.equal({});
    expect(faults({ textIt: ` ${inForce.textIt} ` })).to.deep.equal({ textIt: "same" });
    expect(faults({ textIt: "  troppo corto  ", textEn: "x".repeat(1_001) })).to.deep.equal({
      ...{ textIt: "length", textEn: "length" },
    });
    expect(faults({ version: "2026-1" })).to.deep.equal({ version: "taken" });
    for (const version of ["", "con spazi", "-1", "x".repeat(21)]) {
      expect(faults({ version }), version).to.deep.equal({ version: "name" });
    }
    expect(faults({ validFrom: "2027-02-27T08:00" })).to.deep.equal({ validFrom: "past" });
    expect(faults({ validFrom: "2027-03-03T08:00" })).to.deep.equal({});
  });

  it("is sent trimmed, with a moment only when one was chosen", () => {
    expect(consentBody({ ...draft, version: " 2027-2 " })).to.deep.equal({
      ...{ version: "2027-2", textIt: draft.textIt, textEn: draft.textEn },
    });
    const { validFrom } = consentBody({ ...draft, validFrom: "2027-03-03T08:00" });
    expect(validFrom).to.equal(new Date("2027-03-03T08:00").toISOString());
  });

  it("is in force, planned or replaced", () => {
    const planned = { ...older, validFrom: new Date(Date.now() + 60_000).toISOString() };
    const past = { ...older, validFrom: new Date(Date.now() - 60_000).toISOString() };
    expect([inForce, planned, past].map((one) => consentState(one))).to.deep.equal(["current", "planned", "past"]);
  });
});
