import { expect } from "chai";
import sinon from "sinon";
import { Problem } from "../src/web/api/api-problem.ts";
import type { CaseRow, CaseView } from "../src/web/api/api-types.ts";
import { CaseDraft } from "../src/web/case/draft/case-draft.ts";
import { mergeEdits, textOf } from "../src/web/case/draft/case-text.ts";
import { UnsavedText } from "../src/web/case/draft/unsaved-text.ts";

const stored: CaseView = {
  id: "case-1",
  number: 100001,
  version: 1,
  status: "draft",
  attribute: null,
  reason: null,
  informationKinds: [],
  switchboard: false,
  agencyId: null,
  agencyName: null,
  serviceId: null,
  profile: null,
  request: null,
  answer: null,
  note: null,
  citizenId: null,
  phoneConfirmed: false,
  takenBy: null,
  openedAt: "2026-11-23T08:00:00Z",
  closedAt: null,
  parentId: null,
  relatedCaseId: null,
  noticeContent: null,
  missingKnowledge: null,
  nextAttemptAt: null,
  officeName: null,
  standardAnswer: null,
  service: null,
  editable: [],
  contacts: [],
  notes: [],
  history: [],
  family: [],
  tasks: [],
};

/** One row with versions, as the server keeps it, which the test can also change or take away. */
class CaseServer {
  row: CaseView = stored;
  away = false;
  patches: Record<string, unknown>[] = [];

  async read(): Promise<CaseView> {
    if (this.away) throw new Problem(0, { code: "offline" });
    return this.row;
  }

  async patch(_id: string, version: number, body: Record<string, unknown>): Promise<CaseRow> {
    if (this.away) throw new Problem(0, { code: "offline" });
    if (version !== this.row.version) throw new Problem(412, { code: "stale_version" });
    this.patches.push(body);
    this.someoneWrites(body);
    return this.row;
  }

  someoneWrites(body: Record<string, unknown>): void {
    this.row = { ...this.row, ...body, version: this.row.version + 1 };
  }
}

function memory(): Map<string, string> & { store: Pick<Storage, "getItem" | "setItem" | "removeItem"> } {
  const map = new Map<string, string>();
  const store = {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
  return Object.assign(map, { store });
}

describe("page: the draft of a case", () => {
  let clock: sinon.SinonFakeTimers;
  let server: CaseServer;
  let tab: ReturnType<typeof memory>;
  const open = () => new CaseDraft(server.row, server, new UnsavedText("anna", "case-1", tab.store));

  beforeEach(() => {
    clock = sinon.useFakeTimers();
    server = new CaseServer();
    tab = memory();
  });
  afterEach(() => clock.restore());

  it("sends what was typed once, after a pause, and then keeps no copy", async () => {
    const draft = open();
    draft.edit({ request: "Doc" });
    await clock.tickAsync(500);
    draft.edit({ request: "Documenti per la residenza" });
    expect(tab.size).to.equal(1);
    await clock.tickAsync(2_000);
    expect(server.patches).to.deep.equal([{ request: "Documenti per la residenza" }]);
    expect(draft.snapshot().save).to.equal("saved");
    expect(tab.size).to.equal(0);
  });

  it("a letter typed and taken away again is nothing to save", async () => {
    const draft = open();
    draft.edit({ request: "x" });
    draft.edit({ request: "" });
    await clock.tickAsync(5_000);
    expect(server.patches).to.deep.equal([]);
    expect(tab.size).to.equal(0);
  });

  it("keeps the text while the server is away and sends it when it is back", async () => {
    const draft = open();
    server.away = true;
    draft.edit({ answer: "Sportello di via Roma" });
    await clock.tickAsync(10_000);
    expect(draft.snapshot().save).to.equal("waiting");
    expect(draft.snapshot().text.answer).to.equal("Sportello di via Roma");
    server.away = false;
    await clock.tickAsync(3_100);
    expect(server.row.answer).to.equal("Sportello di via Roma");
    expect(draft.snapshot().save).to.equal("saved");
  });

  it("412 on other fields merges by itself", async () => {
    const draft = open();
    server.someoneWrites({ note: "scritto da Bruno" });
    draft.edit({ request: "Mia richiesta" });
    await clock.tickAsync(3_000);
    expect(server.row).to.include({ note: "scritto da Bruno", request: "Mia richiesta" });
    expect(draft.snapshot()).to.deep.include({ save: "saved", conflicts: [] });
  });

  it("412 on the same field asks, and sends nothing until a person has decided", async () => {
    const draft = open();
    server.someoneWrites({ request: "Testo di Bruno" });
    draft.edit({ request: "Testo mio" });
    await clock.tickAsync(10_000);
    expect(draft.snapshot().conflicts).to.deep.equal([
      { field: "request", mine: "Testo mio", theirs: "Testo di Bruno" },
    ]);
    expect(server.row.request).to.equal("Testo di Bruno");
    draft.resolve("request", "Testo di Bruno\nTesto mio");
    await clock.tickAsync(1_000);
    expect(server.row.request).to.equal("Testo di Bruno\nTesto mio");
    expect(draft.snapshot().save).to.equal("saved");
  });

  it("what is typed while a request runs is not lost", async () => {
    const draft = open();
    const slow = sinon.stub(server, "patch").callsFake(async (_id, _version, body) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      server.patches.push(body);
      server.someoneWrites(body);
      return server.row;
    });
    draft.edit({ request: "uno" });
    await clock.tickAsync(900);
    draft.edit({ request: "uno due" });
    await clock.tickAsync(5_000);
    expect(slow.callCount).to.equal(2);
    expect(server.row.request).to.equal("uno due");
  });

  it("a reload brings unsaved text back and sends it", async () => {
    server.away = true;
    open().edit({ request: "prima del riavvio" });
    server.away = false;
    const draft = open();
    expect(draft.snapshot().text.request).to.equal("prima del riavvio");
    await clock.tickAsync(1_000);
    expect(server.row.request).to.equal("prima del riavvio");
  });

  it("another tab brings it back too, and what one of them has not saved is kept by it alone", async () => {
    const inTab = (name: string) =>
      new CaseDraft(server.row, server, new UnsavedText("anna", "case-1", tab.store, name));
    server.away = true;
    const first = inTab("first");
    first.edit({ request: "dalla prima" });
    const second = inTab("second");
    expect(second.snapshot().text.request).to.equal("dalla prima");
    first.edit({ request: "dalla prima, ancora" });
    server.away = false;
    await second.flush();
    expect(tab.size, "the first tab's text is not thrown away by the second").to.equal(1);
    await first.flush();
    expect(server.row.request).to.equal("dalla prima");
    expect(first.snapshot().conflicts.map(({ mine }) => mine)).to.deep.equal(["dalla prima, ancora"]);
  });

  it("text of more than a week ago is not brought back", () => {
    server.away = true;
    open().edit({ request: "vecchio" });
    clock.tick(8 * 24 * 3_600_000);
    expect(open().snapshot().text.request).to.equal("");
    expect(tab.size).to.equal(0);
  });

  it("another person on the same tab does not get it", () => {
    server.away = true;
    open().edit({ request: "di Anna" });
    const other = new CaseDraft(server.row, server, new UnsavedText("bruno", "case-1", tab.store));
    expect(other.snapshot().text.request).to.equal("");
  });

  it("a refusal by a rule is shown and the text stays", async () => {
    const draft = open();
    sinon.stub(server, "patch").rejects(new Problem(422, { code: "field_not_editable", it: "Non modificabile." }));
    draft.edit({ note: "nota" });
    await clock.tickAsync(10_000);
    expect(draft.snapshot()).to.include({ save: "refused" });
    expect(draft.snapshot().problem?.it).to.equal("Non modificabile.");
    expect(draft.snapshot().text.note).to.equal("nota");
  });

  it("merging: both wrote the same is no conflict", () => {
    const base = textOf(stored);
    const theirs = { ...base, request: "uguale" };
    expect(mergeEdits(base, { request: "uguale" }, theirs)).to.deep.equal({ edits: {}, conflicts: [] });
  });
});
