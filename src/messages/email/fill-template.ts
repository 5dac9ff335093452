/** Filling a prepared text (REQ 6.1; FAULTS I52). Pure. */

export const PLACEHOLDERS = ["numero_caso", "ente", "servizio", "nome", "data", "contenuto", "documenti"] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

export type Filled = { text: string } | { unknown: string[] };

/**
 * One pass: a value that holds `{{…}}` itself stays as it is. A placeholder nobody knows, or braces left open, stop
 * the sending.
 */
export function fillTemplate(template: string, values: Record<Placeholder, string>): Filled {
  const unknown = new Set<string>();
  const known = values as Record<string, string | undefined>;
  const text = template.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (whole, name: string) => {
    const value = Object.hasOwn(known, name) ? known[name] : undefined;
    if (value === undefined) unknown.add(name);
    return value ?? whole;
  });
  if (/\{\{|\}\}/.test(template.replace(/\{\{[^{}]*\}\}/g, ""))) unknown.add("{{");
  return unknown.size > 0 ? { unknown: [...unknown] } : { text: tidyBlanks(text) };
}

/** An empty part leaves no gap of blank lines. */
function tidyBlanks(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
