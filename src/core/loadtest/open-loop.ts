import { Connection, type ConnectionUser } from "./connection.ts";
import type { Schedule } from "./pacer.ts";
import type { Recorder } from "./recorder.ts";
import type { Route } from "./route.ts";

export interface OpenLoopOptions {
  schedule: Schedule;
  /** Requests under way at once, at most; those due meanwhile wait, and count from their moment all the same. */
  maxInFlight: number;
  timeoutMs: number;
  recorder: Recorder;
  onAnswer: (route: Route) => void;
  onLost: (route: Route) => void;
  /** All were sent and have ended. */
  onFinished: () => void;
}

/** Node's timers are no finer. */
const leastMs = 1;
const longestMs = 1000;

/** The open loop: requests leave on schedule, over as many connections as that takes. */
export class OpenLoop implements ConnectionUser {
  private readonly options: OpenLoopOptions;
  private readonly startedAt = performance.now();
  private routes: Route[] = [];
  private turn = 0;
  private readonly idle = new Map<Route, Connection[]>();
  private readonly busy = new Set<Connection>();
  private index = 0;
  private nextDue: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pumping = false;
  private finished = false;
  /** When last what was due found no place: all of --max-in-flight were taken, or there was no target. */
  private fullAt = Number.NEGATIVE_INFINITY;

  constructor(options: OpenLoopOptions) {
    this.options = options;
    this.nextDue = options.schedule.dueAt(0);
  }

  /** These share the load from now on; connections to others are closed when their request has ended. */
  setRoutes(routes: readonly Route[]): void {
    this.routes = [...routes];
    for (const [route, connections] of this.idle) {
      if (routes.includes(route)) continue;
      for (const connection of connections) connection.close();
      this.idle.delete(route);
    }
    this.pump();
  }

  /** Sends no more; what was due by now and has not left is counted as dropped. */
  stop(): void {
    this.pump();
    const now = performance.now();
    while (this.nextDue !== undefined && this.startedAt + this.nextDue <= now) this.drop(now);
    this.nextDue = undefined;
    this.pump();
  }

  /** Fails what has been under way too long, and drops what could not leave for as long. */
  sweep(now: number): void {
    for (const connection of this.busy) connection.checkTimeout(now);
    this.pump();
  }

  onAnswered(connection: Connection, now: number): void {
    const { route } = connection;
    this.free(connection, now);
    this.options.onAnswer(route);
    if (!this.routes.includes(route)) connection.close();
    else this.idleOf(route).push(connection);
    if (this.nextDue === undefined || this.startedAt + this.nextDue <= now) this.pump();
  }

  onFailed(connection: Connection, timedOut: boolean): void {
    this.free(connection, performance.now());
    connection.close();
    if (!timedOut) this.options.onLost(connection.route);
    // Not from within: what failed at once would call back for ever.
    setImmediate(() => this.pump());
  }

  /** Sends all that is due, and comes back when the next one is. */
  private pump(): void {
    if (this.pumping || this.finished) return;
    this.pumping = true;
    const { maxInFlight, timeoutMs } = this.options;
    let now = performance.now();
    while (this.nextDue !== undefined && this.startedAt + this.nextDue <= now) {
      if (now - this.startedAt - this.nextDue >= timeoutMs) this.drop(now);
      else if (this.busy.size >= maxInFlight || this.routes.length === 0) {
        this.fullAt = now;
        break;
      } else {
        this.send(this.startedAt + this.nextDue, now);
        // Sending takes its time, and what becomes due meanwhile is no less due.
        now = performance.now();
      }
    }
    this.pumping = false;
    clearTimeout(this.timer);
    if (this.nextDue === undefined && this.busy.size === 0) return this.finish();
    if (this.nextDue === undefined) return;
    const wait = this.startedAt + this.nextDue - now;
    // When it is due and blocked, the next answer or sweep goes on.
    if (wait > 0) this.timer = setTimeout(() => this.pump(), Math.min(longestMs, Math.max(leastMs, wait)));
  }

  private send(intendedAt: number, now: number): void {
    const route = this.routes[this.turn++ % this.routes.length]!;
    const connection = this.idleOf(route).pop() ?? new Connection(route, this);
    this.busy.add(connection);
    this.options.recorder.sent(now - intendedAt, intendedAt <= this.fullAt);
    this.advance();
    connection.send(intendedAt, now);
  }

  private drop(now: number): void {
    const route = this.routes[this.turn++ % Math.max(1, this.routes.length)] ?? this.lastRoute;
    if (route) this.options.recorder.drop(route.record, now - this.startedAt - (this.nextDue ?? 0));
    this.advance();
  }

  private advance(): void {
    this.lastRoute = this.routes.at(-1) ?? this.lastRoute;
    this.nextDue = this.options.schedule.dueAt(++this.index);
  }

  /** Whom a request is dropped for while there is no target. */
  private lastRoute: Route | undefined;

  private free(connection: Connection, now: number): void {
    if (this.busy.size >= this.options.maxInFlight) this.fullAt = now;
    this.busy.delete(connection);
  }

  private idleOf(route: Route): Connection[] {
    const known = this.idle.get(route);
    if (known) return known;
    const made: Connection[] = [];
    this.idle.set(route, made);
    return made;
  }

  private finish(): void {
    this.finished = true;
    for (const connections of this.idle.values()) for (const connection of connections) connection.close();
    this.idle.clear();
    this.options.onFinished();
  }
}
