import type { Open311Request, Open311Service } from "./open311-store.ts";

type Member = string | number | boolean | null;
/** GeoReport v2 has only flat records in named lists. */
export type Records = { root: string; item: string; records: Record<string, Member>[] };

export function servicesOf(services: Open311Service[]): Records {
  const records = services.map((one) => ({
    service_code: one.code,
    service_name: one.name,
    description: `${one.name} - ${one.agency}`,
    metadata: false,
    type: "realtime",
    keywords: [one.agency, one.jurisdiction].join(","),
    group: one.department,
  }));
  return { root: "services", item: "service", records };
}

/**
 * The contact centre's part ends when the office has the report: closed, with a note that says so. Place, text and
 * pictures are not collected here, or are the citizen's own words, which are not for the public.
 */
export function requestsOf(requests: Open311Request[]): Records {
  const records = requests.map((one) => ({
    service_request_id: String(one.number),
    status: "closed",
    status_notes: `Trasmessa all'ufficio competente: ${one.office}`,
    service_name: one.serviceName,
    service_code: one.serviceCode,
    description: null,
    agency_responsible: one.agency,
    service_notice: null,
    requested_datetime: one.requestedAt.toISOString(),
    updated_datetime: one.updatedAt.toISOString(),
    expected_datetime: null,
    address: null,
    address_id: null,
    zipcode: null,
    lat: null,
    long: null,
    media_url: null,
  }));
  return { root: "service_requests", item: "request", records };
}

export function errorsOf(code: number, description: string): Records {
  return { root: "errors", item: "error", records: [{ code, description }] };
}

const declaration = `<?xml version="1.0" encoding="utf-8"?>\n`;

export function toXml({ root, item, records }: Records): string {
  const written = records.map((record) => {
    const members = Object.entries(record).map(([name, value]) =>
      value === null ? `<${name}/>` : `<${name}>${escaped(String(value))}</${name}>`,
    );
    return `<${item}>${members.join("")}</${item}>`;
  });
  return `${declaration}<${root}>${written.join("\n")}</${root}>\n`;
}

/** The one nested answer of the standard; our services have no attributes. */
export function definitionXml(code: string): string {
  const body = `<service_code>${escaped(code)}</service_code><attributes/>`;
  return `${declaration}<service_definition>${body}</service_definition>\n`;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

function escaped(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}|[\uFFFE\uFFFF]/gu, "").replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
