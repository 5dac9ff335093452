import {
  type FlowDocument,
  type FlowNode,
  type HangupOutcome,
  type InputNode,
  type MenuChoice,
  type NodeOf,
  nodeNamed,
} from "./flow.ts";
import { type Calendar, openingState } from "./hours/opening-hours.ts";
import type { Language } from "./prompts.ts";

/**
 * The caller, as a flow sees one. Every method throws CallerLeft when the caller hangs up; that passes through.
 * A digit is one key; keys are buffered (`DigitBuffer`) and each is handed out once, in order.
 */
export type FlowCall = {
  readonly language: Language;
  readonly agencyId: string | null;
  /** Where to go on after a take-over; null = at the beginning. */
  readonly node: string | null;
  /**
   * Speaks prompts (names, see `promptMedia`) in the caller's language one after the other. Interruptible: a key
   * that is waiting or arrives ends it and is handed out. A prompt that can't be played counts as finished.
   */
  play(prompts: readonly string[], options: { interruptible: boolean }): Promise<"finished" | { digit: string }>;
  /** The next key; with 0 ms only one that is already waiting. */
  digit(timeoutMs: number): Promise<string | "timeout">;
  /** The caller's place, kept in the call's row before the node acts. */
  enterNode(name: string): Promise<void>;
  choose(choice: FlowChoice): Promise<void>;
  setLanguage(language: Language): Promise<void>;
  setAgency(agencyId: string): Promise<void>;
};

/** What the operator's pop shows; `label` is Italian, the language of the desk. */
export type FlowChoice = { node: string; key: string; label: string };

export type AgencyEmergency = { id: string; emergencyOn: boolean; emergencyPrompt: string | null };

export type FlowDeps = {
  now(): Date;
  calendar(id: string): Calendar | undefined;
  agencies(): readonly AgencyEmergency[];
  /** Where a caller goes whose flow leads nowhere. */
  fallbackQueueName: string;
};

export type FlowEnd =
  | { kind: "queue"; queueName: string; priority: number; agencyId: string | null }
  | { kind: "hangup"; outcome: HangupOutcome };

/** A caller who goes round and round by keys is given to a person in the end. */
const maxSteps = 100;
const maxEmergencies = 3;
const defaultEmergencyPrompt = "emergency";

/**
 * Leads one caller through the flow from its beginning, or from `call.node` (REQ 1.1). Total: a document that was
 * not validated, or whose calendar or target is gone, ends in a queue, never in silence.
 */
export async function runFlow(document: FlowDocument, call: FlowCall, deps: FlowDeps): Promise<FlowEnd> {
  const walk = new FlowWalk(call, deps);
  let name = call.node !== null && nodeNamed(document, call.node) ? call.node : document.start;
  for (let step = 0; step < maxSteps; step++) {
    const node = nodeNamed(document, name);
    if (!node) break;
    await call.enterNode(name);
    const next = await walk.visit(name, node);
    if (next === null) break;
    if (typeof next !== "string") return next;
    name = next;
  }
  return fallbackEnd(document, call, deps);
}

function fallbackEnd(document: FlowDocument, call: FlowCall, deps: FlowDeps): FlowEnd {
  const queue = Object.values(document.nodes).find((node) => node.type === "queue");
  return {
    kind: "queue",
    queueName: queue?.queue ?? deps.fallbackQueueName,
    priority: 0,
    agencyId: call.agencyId,
  };
}

class FlowWalk {
  private readonly call: FlowCall;
  private readonly deps: FlowDeps;
  private priority = 0;
  /** A key that cut an announcement: it is for the next menu, by callers who know the way. */
  private early: string | null = null;

  constructor(call: FlowCall, deps: FlowDeps) {
    this.call = call;
    this.deps = deps;
  }

  /** @returns the next node's name, the end, or null when the node leads nowhere. */
  async visit(name: string, node: FlowNode): Promise<string | FlowEnd | null> {
    switch (node.type) {
      case "announce":
        await this.announce(node.prompts, node.interruptible);
        return node.next;
      case "privacy":
        await this.announce(node.prompts, false);
        return node.next;
      case "hours":
        return this.byHours(node);
      case "emergency":
        return this.speakEmergencies(node);
      case "language":
        return this.chooseLanguage(node);
      case "menu":
        return this.chooseFromMenu(name, node);
      case "queue":
        if (node.prompts) await this.announce(node.prompts, true);
        return this.queueEnd(node);
      case "hangup":
        if (node.prompts) await this.announce(node.prompts, false);
        return { kind: "hangup", outcome: node.outcome };
    }
  }

  private async announce(prompts: readonly string[], interruptible: boolean): Promise<void> {
    if (interruptible && this.early !== null) return;
    const heard = await this.call.play(prompts, { interruptible });
    if (heard !== "finished") this.early = heard.digit;
    // Keys pressed while nothing could be chosen were not meant for a menu that was not heard yet.
    if (!interruptible) await this.dropKeys();
  }

  private byHours(node: NodeOf<"hours">): string {
    const calendar = this.deps.calendar(node.calendarId);
    // Rather a person who answers than a caller sent away because a calendar can't be read.
    const state = calendar ? openingState(calendar, this.deps.now()) : "open";
    return state === "holiday" ? (node.holiday ?? node.closed) : node[state];
  }

  private async speakEmergencies(node: NodeOf<"emergency">): Promise<string> {
    const prompts = this.deps
      .agencies()
      .filter(({ id, emergencyOn }) => emergencyOn && (node.scope === "any" || id === this.call.agencyId))
      .map(({ emergencyPrompt }) => emergencyPrompt ?? defaultEmergencyPrompt);
    const once = [...new Set(prompts)].slice(0, maxEmergencies);
    if (once.length > 0) await this.announce(once, false);
    return node.next;
  }

  private async chooseLanguage(node: NodeOf<"language">): Promise<string> {
    const choice = await this.ask(node, node.choices);
    if (choice) await this.call.setLanguage(choice.language);
    return node.next;
  }

  private async chooseFromMenu(name: string, node: NodeOf<"menu">): Promise<string | null> {
    const choice: MenuChoice | null = await this.ask(node, node.choices);
    if (!choice) return node.timeout ?? null;
    await this.call.choose({ node: name, key: choice.key, label: choice.label.it });
    if (choice.language) await this.call.setLanguage(choice.language);
    if (choice.agencyId && this.deps.agencies().some(({ id }) => id === choice.agencyId))
      await this.call.setAgency(choice.agencyId);
    if (choice.priority !== undefined) this.priority = choice.priority;
    return choice.target;
  }

  private queueEnd(node: NodeOf<"queue">): FlowEnd {
    return {
      kind: "queue",
      queueName: node.queue,
      priority: node.priority + this.priority,
      agencyId: this.call.agencyId,
    };
  }

  /** The choice whose key was pressed; null after the last try (FAULTS I18-I21). */
  private async ask<Choice extends { key: string }>(
    node: InputNode,
    choices: readonly Choice[],
  ): Promise<Choice | null> {
    const early = chosen(choices, this.takeEarly());
    if (early) return this.settle(early);
    for (let attempt = 1; attempt <= node.tries; attempt++) {
      const digit = await this.promptedDigit(node.prompts, node.timeoutSeconds * 1000);
      const choice = chosen(choices, digit) ?? (digit === null ? null : await this.firstValid(choices));
      if (choice) return this.settle(choice);
      if (attempt === node.tries) break;
      const cut = await this.call.play([digit === null ? node.silencePrompt : node.invalidPrompt], {
        interruptible: true,
      });
      const answer = cut === "finished" ? null : chosen(choices, cut.digit);
      if (answer) return this.settle(answer);
    }
    return null;
  }

  /** A key during the prompt or within the time after it; null is silence. */
  private async promptedDigit(prompts: readonly string[], timeoutMs: number): Promise<string | null> {
    const heard = await this.call.play(prompts, { interruptible: true });
    if (heard !== "finished") return heard.digit;
    const digit = await this.call.digit(timeoutMs);
    return digit === "timeout" ? null : digit;
  }

  /** Among keys that wait behind a wrong one; if none fits they are all one wrong try. */
  private async firstValid<Choice extends { key: string }>(choices: readonly Choice[]): Promise<Choice | null> {
    for (let count = 0; count < maxSteps; count++) {
      const digit = await this.call.digit(0);
      if (digit === "timeout") return null;
      const choice = chosen(choices, digit);
      if (choice) return choice;
    }
    return null;
  }

  /** The first valid choice wins; what was pressed behind it belongs to no menu yet. */
  private async settle<Choice>(choice: Choice): Promise<Choice> {
    await this.dropKeys();
    return choice;
  }

  private async dropKeys(): Promise<void> {
    for (let count = 0; count < maxSteps; count++) if ((await this.call.digit(0)) === "timeout") return;
  }

  private takeEarly(): string | null {
    const { early } = this;
    this.early = null;
    return early;
  }
}

function chosen<Choice extends { key: string }>(choices: readonly Choice[], digit: string | null): Choice | null {
  return choices.find(({ key }) => key === digit) ?? null;
}
