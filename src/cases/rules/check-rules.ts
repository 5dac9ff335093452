import { parse } from "csv-parse/sync";
import { ATTRIBUTES, CONTACT_REASONS, POSITIONS, type Position, PROFILES, placeOf, ROLES, STATUSES } from "../case.ts";
import type { MoveFacts } from "../case-facts.ts";
import { moveRefusalCode } from "../check-move.ts";
import { REFUSAL_CODES } from "../refusal-texts.ts";
import { MOVES, type MoveLine } from "./case-moves.ts";
import { type Combination, worldFacts } from "./rule-worlds.ts";

/** One row of test/rules.csv, its wild cards and lists spread out. */
export interface RuleRow {
  readonly line: number;
  readonly profiles: ReadonlySet<string>;
  readonly reasons: ReadonlySet<string>;
  readonly from: ReadonlySet<Position>;
  readonly to: ReadonlySet<Position>;
  readonly roles: ReadonlySet<string>;
  readonly worlds: readonly string[];
  readonly allow: boolean;
  /** Codes that satisfy a refusing row; empty: any. */
  readonly codes: readonly string[];
  readonly ref: string;
}

export interface RuleMismatch {
  readonly world: string;
  readonly combination: Combination;
  readonly expected: string;
  readonly found: string;
  readonly line: number;
}

export interface RuleReport {
  readonly combinations: number;
  readonly allowed: number;
  readonly refused: number;
  readonly mismatches: number;
}

export interface RuleComparison {
  readonly report: RuleReport;
  /** The first twenty, to read. */
  readonly examples: readonly RuleMismatch[];
  /** Lines of the csv that decide nothing, because later ones override them everywhere. */
  readonly idleLines: readonly number[];
  /** Codes seen among the refusals. */
  readonly codes: ReadonlySet<string>;
}

export interface CompareOptions {
  /** Only what this line of a table speaks of. */
  readonly within?: MoveLine;
  readonly stopAtFirst?: boolean;
}

/** Each status with each attribute and with none, the impossible pairs too. */
const ALL_PAIRS: readonly Position[] = STATUSES.flatMap((status) =>
  [null, ...ATTRIBUTES].map(
    (attribute) => POSITIONS.find((p) => p.status === status && p.attribute === attribute) ?? { status, attribute },
  ),
);
const REASONS = [...CONTACT_REASONS, null];
const ALL_PROFILES = [...PROFILES, null];
const word = (value: string | null): string => value ?? "-";

function spread(cell: string, values: readonly (string | null)[], line: number): Set<string> {
  const known = values.map(word);
  if (cell === "*") return new Set(known);
  const wanted = cell.split("|");
  const stranger = wanted.find((one) => !known.includes(one));
  if (stranger !== undefined) throw new RangeError(`rules.csv line ${line}: unknown value "${stranger}"`);
  return new Set(wanted);
}

function spreadPairs(statusCell: string, attributeCell: string, line: number): Set<Position> {
  const statuses = spread(statusCell, STATUSES, line);
  const attributes = spread(attributeCell, [...ATTRIBUTES, null], line);
  return new Set(ALL_PAIRS.filter((pair) => statuses.has(pair.status) && attributes.has(word(pair.attribute))));
}

/** Reads the text of test/rules.csv; throws RangeError, naming the line, on a value it does not know. */
export function readRules(text: string): RuleRow[] {
  const records: { info: { lines: number }; record: Record<string, string> }[] = parse(text, {
    columns: true,
    comment: "#",
    comment_no_infix: true,
    info: true,
    trim: true,
  });
  return records.map(({ info: { lines: line }, record }) => {
    const cell = (name: string): string => record[name] ?? "";
    if (cell("expected") !== "allow" && cell("expected") !== "refuse") {
      throw new RangeError(`rules.csv line ${line}: expected is neither allow nor refuse`);
    }
    if (cell("ref") === "") throw new RangeError(`rules.csv line ${line}: no § or REQ number`);
    return {
      line,
      profiles: spread(cell("profile"), ALL_PROFILES, line),
      reasons: spread(cell("reason"), REASONS, line),
      from: spreadPairs(cell("from"), cell("from_attribute"), line),
      to: spreadPairs(cell("to"), cell("to_attribute"), line),
      roles: spread(cell("role"), ROLES, line),
      worlds: cell("conditions").split("|"),
      allow: cell("expected") === "allow",
      codes: cell("code") === "" ? [] : [...spread(cell("code"), REFUSAL_CODES, line)],
      ref: cell("ref"),
    };
  });
}

/** The worlds that the rows speak of; the first, "", is the baseline. */
export function worldsOf(rows: readonly RuleRow[]): string[] {
  return [...new Set(["", ...rows.flatMap((row) => row.worlds)])];
}

/** The whole product in one world, each with the row that decides it (undefined: none does). */
export function* expectations(
  rows: readonly RuleRow[],
  world: string,
  within?: MoveLine,
): Generator<{ combination: Combination; row: RuleRow | undefined }> {
  // the last row that fits decides, so they are looked at from the end
  const here = rows.filter((row) => row.worlds.includes(world) || row.worlds.includes("")).reverse();
  const pairs = world === "" ? ALL_PAIRS : POSITIONS;
  const spoken = (position: Position, places: readonly string[]): boolean =>
    places.includes(placeOf(position.status, position.attribute) ?? "");
  for (const profile of within?.profiles ?? ALL_PROFILES) {
    const byProfile = here.filter((row) => row.profiles.has(word(profile)));
    for (const reason of within?.reasons ?? REASONS) {
      const byReason = byProfile.filter((row) => row.reasons.has(word(reason)));
      for (const from of pairs.filter((pair) => within === undefined || spoken(pair, within.from))) {
        const byFrom = byReason.filter((row) => row.from.has(from));
        for (const to of pairs.filter((pair) => within === undefined || spoken(pair, [within.to]))) {
          const byTo = byFrom.filter((row) => row.to.has(to));
          for (const role of within === undefined ? ROLES : [within.role]) {
            yield { combination: { profile, reason, from, to, role }, row: byTo.find((row) => row.roles.has(role)) };
          }
        }
      }
    }
  }
}

function disagreement(row: RuleRow | undefined, found: string): string | null {
  if (row === undefined) return "a row that decides it";
  if (row.allow) return found === "allow" ? null : "allow";
  const fits = found !== "allow" && (row.codes.length === 0 || row.codes.includes(found));
  return fits ? null : `refuse ${row.codes.join("|")}`.trim();
}

/** Asks the table about everything that the rows decide; both say the same when `report.mismatches` is 0. */
export function compareRules(
  rows: readonly RuleRow[],
  table: readonly MoveLine[] = MOVES,
  options: CompareOptions = {},
): RuleComparison {
  return compareAnswers(rows, (facts) => moveRefusalCode(facts, table) ?? "allow", options);
}

/** The same with any answerer: "allow" or the refusal's code. */
export function compareAnswers(
  rows: readonly RuleRow[],
  answer: (facts: MoveFacts) => string,
  { within, stopAtFirst = false }: CompareOptions = {},
): RuleComparison {
  let allowed = 0;
  let refused = 0;
  let mismatches = 0;
  const examples: RuleMismatch[] = [];
  const deciding = new Set<number>();
  const codes = new Set<string>();
  const comparison = (): RuleComparison => ({
    report: { combinations: allowed + refused, allowed, refused, mismatches },
    examples,
    idleLines: rows.map((row) => row.line).filter((line) => !deciding.has(line)),
    codes,
  });
  for (const world of worldsOf(rows)) {
    for (const { combination, row } of expectations(rows, world, within)) {
      const found = answer(worldFacts(world, combination));
      if (found === "allow") allowed += 1;
      else refused += 1;
      codes.add(found);
      deciding.add(row?.line ?? 0);
      const expected = disagreement(row, found);
      if (expected === null) continue;
      mismatches += 1;
      if (examples.length < 20) examples.push({ world, combination, expected, found, line: row?.line ?? 0 });
      if (stopAtFirst) return comparison();
    }
  }
  return comparison();
}
