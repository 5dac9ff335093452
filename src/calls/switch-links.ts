import { AsteriskConnection } from "../asterisk/connection.ts";
import type { AsteriskAddress } from "../config.ts";
import type { SipTarget } from "../desk/server/sip-proxy.ts";
import { errorText } from "../errors.ts";
import type { CallCentre } from "./call-centre.ts";
import { routeEvent } from "./call-router.ts";
import { endWithSwitch, reconcileCalls } from "./reconcile-calls.ts";

const inheritedCheckMs = 10_000;
const goneCheckMs = 1_000;
/** Longer than a restart takes: then the calls of that switch are over, and their operators are free for others. */
const goneMs = 10_000;

/**
 * The sockets of this copy: its own application on every switch, and for each dead copy it inherited that one's
 * application too, until the last of its calls has ended.
 */
export class SwitchLinks {
  private readonly links: AsteriskConnection[] = [];
  private readonly timers: NodeJS.Timeout[];
  private readonly addresses: readonly AsteriskAddress[];
  private readonly catalogueDir: string;
  private readonly centre: () => CallCentre;
  private readonly prepare: (link: AsteriskConnection) => Promise<void>;

  /** `prepare` runs on each connection of the own application before calls are looked at (phone accounts). */
  constructor(options: {
    addresses: readonly AsteriskAddress[];
    catalogueDir: string;
    centre: () => CallCentre;
    prepare: (link: AsteriskConnection) => Promise<void>;
  }) {
    this.addresses = options.addresses;
    this.catalogueDir = options.catalogueDir;
    this.centre = options.centre;
    this.prepare = options.prepare;
    this.timers = [
      setInterval(() => void this.dropFinished(), inheritedCheckMs),
      setInterval(() => this.endLost(), goneCheckMs),
    ];
  }

  /** Opens an application name on every switch; a name already open is reconciled again. */
  open(application: string): void {
    for (const address of this.addresses) {
      const known = this.links.find((link) => link.application === application && link.address.url === address.url);
      if (known) {
        if (known.connected) void this.reconcile(known, false).catch((error: unknown) => this.complain(error));
        continue;
      }
      const link = this.connect(address, application);
      this.links.push(link);
      link.start();
    }
  }

  /** Connections of the own application: one a switch. */
  own(): AsteriskConnection[] {
    return this.links.filter((link) => link.application === this.centre().lease.name);
  }

  /** True when every switch can be reached under the own name. */
  allConnected(): boolean {
    const own = this.own();
    return own.length === this.addresses.length && own.every((link) => link.connected);
  }

  /** Where the page's phone reaches a switch now; null when none is connected. */
  sipTarget(): SipTarget | null {
    const link = this.own().find((one) => one.connected);
    if (!link) return null;
    const url = new URL(link.address.url);
    return { host: url.hostname, port: Number(url.port) };
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.links.map((link) => link.close()));
  }

  private connect(address: AsteriskAddress, application: string): AsteriskConnection {
    const centre = this.centre();
    const isOwn = application === centre.lease.name;
    const link: AsteriskConnection = new AsteriskConnection({
      address,
      application,
      mayAct: centre.lease.mayAct,
      isAwake: centre.lease.isAwake,
      echo: true,
      catalogueDir: this.catalogueDir,
      log: centre.log,
      onEvent: (event) => routeEvent(link, event, centre),
      onConnected: async (_link, restarted) => {
        if (isOwn) await this.prepare(link);
        await this.reconcile(link, restarted);
      },
      onDisconnected: () => centre.log.warn({ application }, "switch connection lost"),
      // On an inherited name: its new heir goes on. On the own one: this copy was declared dead.
      onReplaced: () => (isOwn ? centre.lease.surrender("another socket has our name") : this.release(link)),
    });
    return link;
  }

  private async reconcile(link: AsteriskConnection, restarted: boolean): Promise<void> {
    if (!(await this.centre().lease.untilMayAct())) return;
    await reconcileCalls(link, restarted, this.centre());
  }

  private release(link: AsteriskConnection): void {
    for (const call of this.centre().live.all()) if (call.link === link) call.release();
    this.forget(link);
  }

  private forget(link: AsteriskConnection): void {
    const index = this.links.indexOf(link);
    if (index >= 0) this.links.splice(index, 1);
    this.centre().rooms.close(link);
  }

  /** An inherited name is dropped with its last call. */
  private async dropFinished(): Promise<void> {
    const { lease, live, bridges } = this.centre();
    for (const link of [...this.links]) {
      if (link.application === lease.name || !link.connected) continue;
      if (bridges.isBusy(link) || live.all().some((call) => call.link === link)) continue;
      this.forget(link);
      await link.close();
    }
  }

  private endLost(): void {
    const centre = this.centre();
    for (const link of this.links) if (link.refusedMs > goneMs && centre.lease.mayAct()) endWithSwitch(link, centre);
  }

  private complain(error: unknown): void {
    this.centre().log.error({ reason: errorText(error) }, "reconciliation failed");
  }
}
