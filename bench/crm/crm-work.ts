import { crmPassword, isEmptyOffice, officeCount } from "./fill-crm.ts";

/** A kind of request of the desk, each time with other input. */
export type Work = { name: string; key: string; ask: (turn: number) => Promise<void> };

type Client = (
  method: string,
  path: string,
  body?: unknown,
  version?: number,
) => Promise<{ body: Answer; etag: string }>;
type Answer = { items?: unknown[] };

/** The five kinds that the issue names, as people who are signed in ask them. */
export async function crmWork(url: string, drafts: readonly string[], citizens: number): Promise<Work[]> {
  const operator = await signIn(url, "operatore");
  const offices = await Promise.all(Array.from({ length: officeCount }, (_, n) => signIn(url, `ufficio${n + 1}`)));
  const versions = new Map(drafts.map((id) => [id, 1]));
  const get =
    (client: Client, path: string, empty = false) =>
    async () => {
      const { body } = await client("GET", path);
      if (!empty && (body.items ?? []).length === 0) throw new Error(`nothing found by ${path}`);
    };
  return [
    {
      name: "card search",
      key: "cardSearch",
      ask: (turn) =>
        get(operator, `/cards?limit=20&q=${encodeURIComponent(cardWords[turn % cardWords.length] ?? "")}`)(),
    },
    {
      name: "citizen by number",
      key: "citizenByNumber",
      ask: (turn) => get(operator, `/citizens?q=%2B39055${1_000_001 + ((turn * 7919) % citizens)}`)(),
    },
    {
      name: "citizen by name",
      key: "citizenByName",
      ask: (turn) => get(operator, `/citizens?limit=10&q=${encodeURIComponent(nameOf(turn))}`, true)(),
    },
    {
      name: "inbox page",
      key: "inboxPage",
      ask: (turn) => {
        const n = turn % offices.length;
        return get(offices[n]!, "/inbox?limit=50", isEmptyOffice(n))();
      },
    },
    {
      name: "case save",
      key: "caseSave",
      ask: async (turn) => {
        const id = drafts[turn % drafts.length]!;
        const text = `Il cittadino chiede a che punto è la pratica, salvataggio ${turn} di ${Date.now()}.`;
        const { etag } = await operator("PATCH", `/cases/${id}`, { request: text }, versions.get(id));
        versions.set(id, Number(etag.replaceAll('"', "")));
      },
    },
  ];
}

/** As people type: whole words, beginnings, several words, typing errors, one common word, more words than a card has. */
const cardWords = [
  "carta identità",
  "residen",
  "tari bolletta",
  "asilo nido graduatoria",
  "ztl permesso",
  "multa ricorso",
  "certifcato destinazione",
  "caldaia bollino",
  "spor",
  "giorni",
  "mensa dieta novoli",
  "passaporto consolare diplomatico",
  "buca strada rifredi",
  "potatura albero",
  "idetnità elettronica",
  "contributo affitto isee",
  "separazione",
  "come si paga la mensa scolastica",
  "trasporto eccezionale scorta",
  "domanda online",
];

const names = ["Anna", "Maria", "Giulia", "Marco", "Andrea", "Luca", "Giuseppe", "Niccolò", "Simona", "Tommaso"];
const heads = ["Ros", "Bian", "Ferr", "Ricc", "Grec", "Brun", "Cont", "Morett", "Barb", "Martin", "Guid"];
const tails = ["i", "ini", "elli", "etti", "oni", "ucci", "ardi", "ieri", "otti"];

/** Every third with a letter left out, every fifth a surname that is not finished. */
function nameOf(turn: number): string {
  const surname = `${heads[turn % heads.length]}${tails[(turn * 3) % tails.length]}`;
  const whole = `${surname} ${names[(turn * 7) % names.length]}`;
  if (turn % 5 === 4) return surname.slice(0, 4);
  return turn % 3 === 2 ? whole.slice(0, 2) + whole.slice(3) : whole;
}

async function signIn(url: string, login: string): Promise<Client> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ login, password: crmPassword }),
  });
  if (answer.status !== 201) throw new Error(`sign-in of ${login} answered ${answer.status}`);
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  return async (method, path, body, version) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        cookie,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(version === undefined ? {} : { "if-match": `"${version}"` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status !== 200)
      throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
    return { body: JSON.parse(text) as Answer, etag: response.headers.get("etag") ?? "" };
  };
}
