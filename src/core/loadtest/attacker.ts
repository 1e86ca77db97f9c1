import { LoopClient } from "./closed-loop.ts";
import { OpenLoop } from "./open-loop.ts";
import { closedLoop, openLoop, type Stage } from "./pacer.ts";
import type { Recorder } from "./recorder.ts";
import type { RequestPlan } from "./request-mix.ts";
import { makeRoute, type Route } from "./route.ts";
import { shareOut } from "./share.ts";
import type { Target } from "./target-set.ts";

/** What one thread is to send: plain data. */
export interface AttackPlan {
  requests: RequestPlan;
  /** Limit for a whole request in local ms. */
  timeoutMs: number;
  /** Requests in all. */
  limit?: number | undefined;
  maxRps?: number | undefined;
  rampSeconds?: number | undefined;
  loop:
    | { kind: "closed"; connections: number }
    | {
        kind: "open";
        stages: readonly Stage[];
        maxInFlight: number;
        part?: { index: number; count: number } | undefined;
      };
}

export interface AttackListener {
  /** A target's connections fail: it may be gone. Called again and again while it lasts. */
  onLost?: ((target: Target) => void) | undefined;
}

/** How often requests are checked against the limit, in local ms: a timeout is at most that much too long. */
const sweepMs = 50;
/** How finely the ramp of the closed loop and its highest rate are kept, in local ms. */
const stepMs = 2;

/** So many connection failures in a row without one answer, and a target counts as lost. */
const lostAfter = 3;

/** Sends the load of one thread to the targets, and follows them as they change. */
export class Attacker {
  private readonly plan: AttackPlan;
  private readonly recorder: Recorder;
  private readonly listener: AttackListener;
  private readonly routes = new Map<string, Route>();
  private readonly failuresInARow = new Map<Route, number>();
  private readonly clients: LoopClient[] = [];
  private readonly open: OpenLoop | undefined;
  private readonly waiting: { due: number; client: LoopClient }[] = [];
  private readonly startedAt = performance.now();
  private shares: (string | undefined)[] = [];
  private begun = 0;
  private finished = 0;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly ended = Promise.withResolvers<void>();

  constructor(plan: AttackPlan, recorder: Recorder, listener: AttackListener = {}) {
    this.plan = plan;
    this.recorder = recorder;
    this.listener = listener;
    if (plan.loop.kind === "open") this.open = this.makeOpenLoop(plan.loop);
    else this.makeClients(plan.loop.connections);
    this.timers.push(setInterval(() => this.sweep(), sweepMs));
  }

  /** Resolves when all has been sent and has ended: there are no more requests, or `stop` was called. */
  get done(): Promise<void> {
    return this.ended.promise;
  }

  /** Shares the load among these targets; what is under way is finished first. */
  setTargets(targets: readonly Target[]): void {
    const urls = [...new Set(targets.map((target) => target.url))];
    for (const target of targets) this.meet(target);
    this.open?.setRoutes(urls.flatMap((url) => this.routes.get(url) ?? []));
    this.shares = shareOut(this.shares, urls);
    for (const [index, client] of this.clients.entries()) client.aim(this.shares[index]);
  }

  /** No further requests; resolves when those under way have ended, at the latest after the timeout. */
  async stop(): Promise<void> {
    this.open?.stop();
    for (const client of this.clients) client.stop();
    await this.done;
  }

  private makeOpenLoop(loop: AttackPlan["loop"] & { kind: "open" }): OpenLoop {
    return new OpenLoop({
      schedule: openLoop({ ...this.plan, ...loop }),
      maxInFlight: loop.maxInFlight,
      timeoutMs: this.plan.timeoutMs,
      recorder: this.recorder,
      onAnswer: (route) => this.noteAnswer(route),
      onLost: (route) => this.countFailure(route),
      onFinished: () => this.end(),
    });
  }

  private makeClients(connections: number): void {
    const host = {
      pacer: closedLoop(this.plan),
      routeTo: (url: string) => this.routes.get(url)!,
      onAnswer: (route: Route) => this.noteAnswer(route),
      onLost: (route: Route) => this.countFailure(route),
      wait: (due: number, client: LoopClient) => this.waiting.push({ due, client }),
      onFinished: () => this.countFinished(),
    };
    this.shares = Array.from({ length: connections });
    for (let index = 0; index < connections; index++) this.clients.push(new LoopClient(host));
    const { maxRps, rampSeconds = 0 } = this.plan;
    if (maxRps !== undefined || rampSeconds > 0) this.timers.push(setInterval(() => this.step(), stepMs));
    this.step();
  }

  /** Wakes the clients whose moment has come, and lets those begin that the ramp has come to. */
  private step(): void {
    const now = performance.now();
    const { rampSeconds = 0 } = this.plan;
    const share = rampSeconds === 0 ? 1 : (now - this.startedAt) / (rampSeconds * 1000);
    const due = Math.min(this.clients.length, Math.ceil(this.clients.length * share));
    while (this.begun < due) this.clients[this.begun++]!.begin();
    let ready = 0;
    while (ready < this.waiting.length && this.waiting[ready]!.due <= now) ready++;
    for (const { client } of this.waiting.splice(0, ready)) client.wake(now);
  }

  private meet(target: Target): void {
    if (this.routes.has(target.url)) return;
    const { requests, timeoutMs } = this.plan;
    this.routes.set(target.url, makeRoute(requests, this.recorder, this.recorder.of(target), timeoutMs));
  }

  private noteAnswer(route: Route): void {
    if (this.failuresInARow.size > 0) this.failuresInARow.delete(route);
  }

  private countFailure(route: Route): void {
    const failures = (this.failuresInARow.get(route) ?? 0) + 1;
    this.failuresInARow.set(route, failures);
    if (failures >= lostAfter) this.listener.onLost?.(route.record.target);
  }

  private countFinished(): void {
    this.finished++;
    if (this.finished === this.clients.length) this.end();
  }

  private end(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.ended.resolve();
  }

  private sweep(): void {
    const now = performance.now();
    this.open?.sweep(now);
    for (const client of this.clients) client.checkTimeout(now);
  }
}
