import document from "./twilio-openapi.json" with { type: "json" };

/**
 * Twilio's official OpenAPI description (Apache 2.0), cut to the three operations in use, words left out: what the
 * stand-in demands of a request, the carrier would too. `messages-stand-in.test.ts` compares it with the whole one.
 */
type Schema = {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  required?: string[];
  properties?: Record<string, Schema>;
};
type Operation = {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
};

export type Asked = {
  method: "get" | "post";
  path: string;
  query: Record<string, string>;
  form: Record<string, string>;
};

/** What of a request the description does not allow; empty: all is right. Null: no such operation. */
export function requestFaults(asked: Asked): string[] | null {
  const paths = document.paths as Record<string, Record<string, Operation>>;
  for (const [template, operations] of Object.entries(paths)) {
    const inPath = matchPath(template, asked.path);
    const operation = operations[asked.method];
    if (!inPath || !operation) continue;
    const given: Record<string, Record<string, string>> = { path: inPath, query: asked.query };
    const named = operation.parameters ?? [];
    const faults = named.flatMap(({ name, in: place, required, schema }) => {
      const value = given[place]?.[name];
      if (value === undefined) return required ? [`${name} is missing`] : [];
      return valueFaults(name, schema, value);
    });
    const strange = Object.keys(asked.query).filter(
      (name) => !named.some((one) => one.in === "query" && one.name === name),
    );
    const body = operation.requestBody?.content["application/x-www-form-urlencoded"]?.schema;
    return [...faults, ...strange.map((name) => `${name} is not known`), ...formFaults(body, asked.form)];
  }
  return null;
}

function formFaults(schema: Schema | undefined, form: Record<string, string>): string[] {
  const properties = schema?.properties ?? {};
  const missing = (schema?.required ?? []).filter((name) => !form[name]).map((name) => `${name} is missing`);
  const wrong = Object.entries(form).flatMap(([name, value]) =>
    properties[name] ? valueFaults(name, properties[name], value) : [`${name} is not known`],
  );
  return [...missing, ...wrong];
}

function matchPath(template: string, path: string): Record<string, string> | null {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "");
  const pattern = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "([^/]+?)");
  const found = new RegExp(`^${pattern}$`).exec(path);
  return found ? Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ""])) : null;
}

function valueFaults(name: string, schema: Schema, value: string): string[] {
  const known = resolve(schema);
  const fault = (what: string) => [`${name} ${what}`];
  if (known.enum && !known.enum.includes(value)) return fault("is not in its list");
  if (known.pattern && !new RegExp(known.pattern).test(value)) return fault("has the wrong form");
  if (known.minLength !== undefined && value.length < known.minLength) return fault("is too short");
  if (known.maxLength !== undefined && value.length > known.maxLength) return fault("is too long");
  if (known.type === "boolean" && !/^(true|false)$/i.test(value)) return fault("is neither true nor false");
  if ((known.type === "integer" || known.type === "number") && !/^-?\d+(\.\d+)?$/.test(value))
    return fault("is no number");
  if (known.minimum !== undefined && Number(value) < known.minimum) return fault("is too small");
  if (known.maximum !== undefined && Number(value) > known.maximum) return fault("is too large");
  if (known.format === "uri" && !URL.canParse(value)) return fault("is no address");
  if (known.format === "date-time" && Number.isNaN(Date.parse(value))) return fault("is no time");
  return [];
}

function resolve(schema: Schema): Schema {
  const name = schema.$ref?.split("/").at(-1);
  return name ? ((document.components.schemas as Record<string, Schema>)[name] ?? {}) : schema;
}
