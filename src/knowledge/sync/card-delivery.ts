import { z } from "zod";
import type { CardContent } from "../cards/card.ts";
import { contentShape } from "../cards/card-schemas.ts";

/** One card as an agency's own system delivers it; members that are absent stay as they are. */
export type DeliveredCard = Partial<CardContent> & {
  place: number;
  externalId: string;
  service: string;
  title: string;
};

/** `line` is where a person finds the fault: the line of a CSV file, the place (from 1) in a JSON list. */
export type DeliveryError = { line: number; column: string | null; it: string };

export const maxCards = 20_000;

const delivered = z.strictObject({
  externalId: z.string().trim().min(1).max(64),
  /** The agency's own code of the service. */
  service: z.string().trim().min(1).max(64),
  ...contentShape,
});

/** Checks one delivered card by its form; rules that need the database come later. */
export function readDelivered(
  line: number,
  place: number,
  value: unknown,
): { card: DeliveredCard | null; errors: DeliveryError[] } {
  const parsed = delivered.safeParse(value);
  if (parsed.success) return { card: { ...onlyGiven(parsed.data), place }, errors: [] };
  const errors = parsed.error.issues.map((issue) => {
    const member =
      issue.path.map(String).join(".") || (issue.code === "unrecognized_keys" ? issue.keys.join(", ") : "");
    return { line, column: columnOf[member] ?? (member || null), it: faultText(issue) };
  });
  return { card: null, errors };
}

function onlyGiven<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

function faultText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_big":
      return `Supera ${issue.maximum} caratteri.`;
    case "too_small":
      return "Manca il valore.";
    case "unrecognized_keys":
      return "Campo sconosciuto.";
    case "invalid_type":
      return issue.input === undefined ? "Manca il valore." : "Il valore non è del tipo atteso.";
    default:
      return "Il valore non è valido.";
  }
}

const members: Record<string, string> = {
  codice: "externalId",
  servizio: "service",
  titolo: "title",
  parole: "keywords",
  chi: "who",
  dove: "where",
  quando: "when",
  come: "how",
  sms: "smsText",
  lavoro_svolto: "workDoneText",
  valida_fino: "validUntil",
};
const columnOf: Record<string, string> = Object.fromEntries(
  Object.entries(members).map(([column, member]) => [member, column]),
);
const needed = ["codice", "servizio", "titolo"];

/** Which cell is which member; faults of the header are faults of the whole file. */
export function readDeliveryHeader(cells: readonly string[], line: number): string[] | DeliveryError[] {
  const names = cells.map((cell) => cell.trim().toLowerCase().replace(/[ -]/g, "_"));
  const errors: DeliveryError[] = [];
  const fault = (column: string | null, it: string) => errors.push({ line, column, it });
  for (const [index, name] of names.entries()) {
    if (!members[name]) fault(name.slice(0, 40), "Colonna sconosciuta.");
    else if (names.indexOf(name) !== index) fault(name, "Colonna ripetuta.");
  }
  for (const column of needed) if (!names.includes(column)) fault(column, "Manca la colonna.");
  return errors.length > 0 ? errors : names.map((name) => members[name] ?? "");
}

/** A line of the file as a delivered card; an empty date is no date, and days are welcome as people write them. */
export function delivery(cells: readonly string[], header: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    header.map((member, index) => {
      const text = (cells[index] ?? "").trim();
      return [member, member === "validUntil" ? dayOf(text) : text];
    }),
  );
}

function dayOf(text: string): string | null {
  if (text === "") return null;
  const [, day, month, year] = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(text) ?? [];
  return day && month && year ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : text;
}
