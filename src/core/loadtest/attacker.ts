import { Connection, type ConnectionHost, type RequestShape } from "./connection.ts";
import type { Pacer } from "./pacer.ts";
import type { Recorder } from "./recorder.ts";
import { shareOut } from "./share.ts";
import type { Target } from "./target-set.ts";

export interface AttackOptions {
  connections: number;
  /** Limit for a whole request in local ms. */
  timeoutMs: number;
  request: RequestShape;
  pacer: Pacer;
  recorder: Recorder;
  /** A target's connections fail: it may be gone. Called again and again while it lasts. */
  onLost?: ((target: Target) => void) | undefined;
}

/** How often requests are checked against the limit, in local ms: a timeout is at most that much too long. */
const sweepMs = 50;

/** So many connection failures in a row without one answer, and a target counts as lost. */
const lostAfter = 3;

/** A number of clients that load the targets, each waiting for its answer before it sends again. */
export class Attacker {
  private readonly options: AttackOptions;
  private readonly connections: Connection[] = [];
  private shares: (string | undefined)[];
  private readonly failuresInARow = new Map<string, number>();
  private finished = 0;
  private sweeper: NodeJS.Timeout | undefined;
  private readonly ended = Promise.withResolvers<void>();

  constructor(options: AttackOptions) {
    this.options = options;
    this.shares = Array.from({ length: options.connections });
    const { request, timeoutMs, pacer, recorder } = options;
    const host: ConnectionHost = {
      request,
      timeoutMs,
      pacer,
      recorder,
      onAnswer: (target) => {
        if (this.failuresInARow.size > 0) this.failuresInARow.delete(target.url);
      },
      onLost: (target) => this.countFailure(target),
      onFinished: () => this.countFinished(),
    };
    for (let index = 0; index < options.connections; index++) this.connections.push(new Connection(host));
    this.sweeper = setInterval(() => this.sweep(), sweepMs);
  }

  /** Resolves when every client has finished: the pacer has no more requests, or `stop` was called. */
  get done(): Promise<void> {
    return this.ended.promise;
  }

  /** Shares the clients among these targets; who has to move finishes its request first. */
  setTargets(targets: readonly Target[]): void {
    const byUrl = new Map(targets.map((target) => [target.url, target]));
    this.shares = shareOut(this.shares, [...byUrl.keys()]);
    for (const [index, connection] of this.connections.entries())
      connection.aim(byUrl.get(this.shares[index] ?? "") ?? undefined);
  }

  /** No further requests; resolves when those under way have ended, at the latest after the timeout. */
  async stop(): Promise<void> {
    for (const connection of this.connections) connection.stop();
    await this.done;
  }

  private countFailure(target: Target): void {
    const failures = (this.failuresInARow.get(target.url) ?? 0) + 1;
    this.failuresInARow.set(target.url, failures);
    if (failures >= lostAfter) this.options.onLost?.(target);
  }

  private countFinished(): void {
    this.finished++;
    if (this.finished < this.connections.length) return;
    clearInterval(this.sweeper);
    this.ended.resolve();
  }

  private sweep(): void {
    const now = performance.now();
    for (const connection of this.connections) connection.checkTimeout(now);
  }
}
