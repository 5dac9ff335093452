import { poolBehindWall } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import type { WallScope } from "../../database/wall.ts";
import { hasRole, type SignedInPerson } from "../../people/person.ts";
import type { Route, RouteSpec } from "../route.ts";

/** Makes the same doors over another pool. */
export type RoutesOver = (pool: Pool) => Route[];

/** Fewer than connections, so that a request which needs a second one gets it. */
const laneCount = 8;

type Lane = { scope: WallScope | null; routes: Route[] };

/**
 * Requests of people who are second level only run in a lane: the doors once more, over a pool whose statements see this
 * person's rows alone (src/database/wall.ts). A lane serves one request at a time, and is made when first needed. What is
 * said explicitly costs nothing elsewhere; a context that follows every promise would slow the calls down, too.
 */
export class ReaderLanes {
  private readonly free: Lane[] = [];
  private readonly waiting: ((lane: Lane) => void)[] = [];
  private made = 0;
  private readonly pool: Pool;
  private readonly open: Route[];
  private readonly routesOver: RoutesOver;

  constructor(pool: Pool, open: Route[], routesOver: RoutesOver) {
    this.pool = pool;
    this.open = open;
    this.routesOver = routesOver;
  }

  /** The door's work in a lane; the lane is held until the work is over, even if nobody waits for it any more. */
  async run(route: Route, scope: WallScope, work: (behindWall: Route) => Promise<unknown>): Promise<unknown> {
    const lane = await this.take();
    lane.scope = scope;
    try {
      const same = lane.routes[this.open.indexOf(route)];
      if (!same) throw new Error("A lane without this door");
      return await work(same);
    } finally {
      lane.scope = null;
      this.give(lane);
    }
  }

  private async take(): Promise<Lane> {
    const lane = this.free.pop();
    if (lane) return lane;
    if (this.made < laneCount) return this.make();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private give(lane: Lane): void {
    const next = this.waiting.shift();
    if (next) next(lane);
    else this.free.push(lane);
  }

  private make(): Lane {
    const lane: Lane = { scope: null, routes: [] };
    lane.routes = this.routesOver(poolBehindWall(this.pool, () => lane.scope));
    const doors = (routes: Route[]) => routes.map(({ spec }) => `${spec.method} ${spec.path}`).join();
    if (doors(lane.routes) !== doors(this.open)) throw new Error("A lane has other doors than the program");
    this.made++;
    return lane;
  }
}

/**
 * How much of a request runs behind the second wall: null for the first level and those who run the system, for the live
 * feed, and for uploads, which take long and show no cases.
 */
export function wallFor(person: SignedInPerson | null, spec: RouteSpec): WallScope | null {
  if (!person || spec.endless || spec.bodyKind === "stream") return null;
  if (hasRole(person, "operator", "supervisor", "administrator")) return null;
  const behind = spec.method === "get" && !spec.locks ? "everything" : "sight";
  return { personId: person.id, behind };
}
