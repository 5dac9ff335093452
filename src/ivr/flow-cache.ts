import type { Queryable } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { type FlowDocument, flowDocument } from "./flow.ts";
import type { Calendar } from "./hours/opening-hours.ts";
import { readCalendars } from "./hours/opening-hours-store.ts";
import { readAgencyEmergencies, readFlowVersion, readServedFlows } from "./ivr-store.ts";
import type { AgencyEmergency } from "./run-flow.ts";

export type CurrentFlow = { flowId: string; version: number; document: FlowDocument };

const reloadEveryMs = 5_000;

/**
 * What the next caller hears, in memory, so that a call begins without a query and goes on while the database is
 * away. Read again at each notice on 'flows' and every 5 s (a notice may be lost with its connection).
 */
export class FlowCache {
  private byNumber = new Map<string, CurrentFlow>();
  private calendars = new Map<string, Calendar>();
  private emergencies: readonly AgencyEmergency[] = [];
  /** Documents by flow and version: a version never changes. Calls in progress keep the one they began with. */
  private readonly documents = new Map<string, FlowDocument>();
  private reloading: Promise<void> | null = null;
  private again = false;
  private timer: NodeJS.Timeout | null = null;
  private readonly db: Queryable;
  private readonly log: Logger;

  constructor(db: Queryable, log: Logger) {
    this.db = db;
    this.log = log;
  }

  /** Resolves when first loaded. @throws when the database can't be read then. */
  async start(): Promise<void> {
    await this.read();
    this.timer = setInterval(() => void this.reload(), reloadEveryMs);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.again = false;
    await this.reloading;
  }

  /** Never rejects: what was read before stays good. Resolves when a reading that began after this call is in. */
  async reload(): Promise<void> {
    this.again = this.reloading !== null;
    this.reloading ??= this.readUntilSettled().finally(() => {
      this.reloading = null;
    });
    await this.reloading;
  }

  flowFor(number: string): CurrentFlow | undefined {
    return this.byNumber.get(number);
  }

  /** The version that a call began with, for the copy that goes on with it; null when it can't be understood. */
  async versionOf(flowId: string, version: number): Promise<FlowDocument | null> {
    const known = this.documents.get(documentKey(flowId, version));
    if (known) return known;
    const document = this.parse(flowId, version, await readFlowVersion(this.db, flowId, version));
    if (document) await this.readCalendarsOf([...this.documents.values()]);
    return document;
  }

  calendar(id: string): Calendar | undefined {
    return this.calendars.get(id);
  }

  agencies(): readonly AgencyEmergency[] {
    return this.emergencies;
  }

  private async readUntilSettled(): Promise<void> {
    do {
      this.again = false;
      try {
        await this.read();
      } catch (error) {
        this.log.warn({ reason: errorText(error) }, "flows can not be read again yet");
      }
    } while (this.again);
  }

  private async read(): Promise<void> {
    const served = await readServedFlows(this.db);
    this.emergencies = await readAgencyEmergencies(this.db);
    const byNumber = new Map<string, CurrentFlow>();
    for (const { number, flowId, version, document } of served) {
      const parsed = this.parse(flowId, version, document);
      const before = this.byNumber.get(number);
      if (parsed) byNumber.set(number, { flowId, version, document: parsed });
      else if (before) byNumber.set(number, before);
    }
    await this.readCalendarsOf([...this.documents.values()]);
    this.byNumber = byNumber;
  }

  private async readCalendarsOf(documents: readonly FlowDocument[]): Promise<void> {
    const nodes = documents.flatMap(({ nodes }) => Object.values(nodes));
    const ids = new Set(nodes.flatMap((node) => (node.type === "hours" ? [node.calendarId] : [])));
    const calendars = await readCalendars(this.db, [...ids]);
    this.calendars = new Map(calendars.map((calendar) => [calendar.id, calendar]));
  }

  private parse(flowId: string, version: number, document: unknown): FlowDocument | null {
    const key = documentKey(flowId, version);
    const known = this.documents.get(key);
    if (known) return known;
    const parsed = flowDocument.safeParse(document);
    if (!parsed.success) {
      this.log.error({ flowId, version }, "a stored flow can not be understood");
      return null;
    }
    this.documents.set(key, parsed.data);
    return parsed.data;
  }
}

function documentKey(flowId: string, version: number): string {
  return `${flowId} ${version}`;
}
