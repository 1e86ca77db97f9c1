import type { Question, Verdict } from "../faults/policy.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { Store } from "../store.ts";
import type { Clock } from "./clock.ts";

/** The account that everything in the sandbox belongs to: the one of AWS's own examples. */
export const accountId = "123456789012";

const globalName = "aws-global";

/** One region's part of the world. Handlers and engines read and change its tables; nothing else holds state. */
export interface Region {
  readonly name: string;
  readonly world: World;
  /** A table of this region: `region.table<ServiceRecord>("ecs/services")`. */
  table<T>(name: string): Map<string, T>;
  /** An id as AWS makes them: `region.id("i-", 17)` is `i-` and 17 hex digits. Deterministic in a stepped world. */
  id(prefix: string, hexDigits: number): string;
  /** `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`. */
  arn(service: string, resource: string): string;
}

/** One pass of the world over one region at the world's time `now` (ms). Synchronous; slow work is started, not awaited. */
export type Engine = (region: Region, now: number) => void;

export interface WorldOptions {
  clock: Clock;
  runtime: Runtime;
  engines: readonly Engine[];
  /** Host and port that clients reach the sandbox at, for registry addresses and task environments. */
  endpoint?: () => string;
}

/** The simulated account: clock, state, what tasks run on, and the engines that make things happen over time. */
export class World {
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly store = new Store();
  /** `127.0.0.1:4566`: where the registry and the API listen. */
  endpoint: () => string;
  /** What the IAM policies that are enforced say of a question, asked in earnest or not; all is allowed without any. */
  judge: (question: Question, simulated?: boolean) => Verdict = () => "allowed";
  private readonly engines: readonly Engine[];
  private readonly regions = new Map<string, Region>();

  constructor(options: WorldOptions) {
    this.clock = options.clock;
    this.runtime = options.runtime;
    this.engines = options.engines;
    this.endpoint = options.endpoint ?? (() => "127.0.0.1:0");
    for (const row of this.store.table<{ name: string }>("world/regions").values()) this.region(row.name);
  }

  /** A region by name; `aws-global` holds what has none (IAM). */
  region(name: string): Region {
    const existing = this.regions.get(name);
    if (existing) return existing;
    const region: Region = {
      name,
      world: this,
      table: tableFinder(this.store, name),
      id: (prefix, hexDigits) => prefix + this.hex(hexDigits),
      arn: (service, resource) => `arn:aws:${service}:${name === globalName ? "" : name}:${accountId}:${resource}`,
    };
    this.regions.set(name, region);
    this.store.table<{ name: string }>("world/regions").set(name, { name });
    return region;
  }

  get global(): Region {
    return this.region(globalName);
  }

  /** Every region that anything was ever asked of. */
  usedRegions(): Region[] {
    return [...this.store.table<{ name: string }>("world/regions").keys()].map((name) => this.region(name));
  }

  /** Runs every engine once over every region at the clock's present time. Throws what failed first, after the others. */
  pass(): void {
    const now = this.clock.now();
    const faults: unknown[] = [];
    for (const name of this.store.table<{ name: string }>("world/regions").keys()) {
      // IAM, which is all that has no region, stands still.
      if (name === globalName) continue;
      const region = this.region(name);
      for (const engine of this.engines) {
        try {
          engine(region, now);
        } catch (fault) {
          faults.push(fault);
        }
      }
    }
    this.store.revision++;
    if (faults.length > 0) throw faults[0];
  }

  /** Moves a stepped clock on, one pass a second. */
  step(seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      this.clock.advance(1000);
      this.pass();
    }
  }

  /** Looks random, is a pure function of a saved counter: the same run gives the same ids. */
  private hex(digits: number): string {
    let text = "";
    let seed = this.store.next("world/ids") * 0x9e3779b1;
    while (text.length < digits) {
      seed = (seed ^ (seed >>> 15)) >>> 0;
      seed = Math.imul(seed, 0x85ebca6b) >>> 0;
      seed = (seed ^ (seed >>> 13)) >>> 0;
      text += seed.toString(16).padStart(8, "0");
      seed = (seed + 0x6d2b79f5) >>> 0;
    }
    return text.slice(0, digits);
  }
}

/** The store keeps each table for good, so it is looked for by its short name only: engines ask thousands of times. */
function tableFinder(store: Store, region: string): Region["table"] {
  const known = new Map<string, Map<string, unknown>>();
  return <T>(name: string): Map<string, T> => {
    let table = known.get(name);
    if (!table) known.set(name, (table = store.table<unknown>(`${region}/${name}`)));
    return table as Map<string, T>;
  };
}
