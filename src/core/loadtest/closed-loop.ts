import { Connection, type ConnectionUser } from "./connection.ts";
import type { Pacer } from "./pacer.ts";
import type { Route } from "./route.ts";

export interface ClientHost {
  readonly pacer: Pacer;
  /** The way to a target. */
  routeTo(url: string): Route;
  onAnswer(route: Route): void;
  onLost(route: Route): void;
  /** Its moment has not come yet: `wake` is to be called at `due`. */
  wait(due: number, client: LoopClient): void;
  /** This client has nothing left to do. */
  onFinished(): void;
}

/** After a failed connection, the first pause before the next try and the longest, in local ms. */
const pause = { first: 20, longest: 1000 } as const;

/** One client of the closed loop: it sends its next request when the last one is answered. */
export class LoopClient implements ConnectionUser {
  private readonly host: ClientHost;
  private connection: Connection | undefined;
  private wanted: string | undefined;
  private state: "unborn" | "idle" | "busy" | "pausing" | "waiting" | "finished" = "unborn";
  private failures = 0;
  private stopping = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(host: ClientHost) {
    this.host = host;
  }

  /** It joins the others: a ramp has come to it. */
  begin(): void {
    if (this.state !== "unborn") return;
    this.state = "idle";
    this.advance(performance.now());
  }

  /** Where the next request goes; the one under way is finished first. */
  aim(url: string | undefined): void {
    this.wanted = url;
    if (this.state === "idle") this.advance(performance.now());
    else if (this.state === "pausing" && url !== this.connection?.route.record.target.url) this.resume();
  }

  /** No further request; the one under way is finished. */
  stop(): void {
    this.stopping = true;
    if (this.state === "busy") return;
    clearTimeout(this.timer);
    this.finish();
  }

  /** Fails the request under way when it has been waiting too long at `now`. */
  checkTimeout(now: number): void {
    if (this.state === "busy") this.connection?.checkTimeout(now);
  }

  /** The moment that it waits for has come. */
  wake(now: number): void {
    if (this.state === "waiting") this.send(now);
  }

  onAnswered({ route }: Connection, now: number): void {
    this.failures = 0;
    this.state = "idle";
    this.host.onAnswer(route);
    this.advance(now);
  }

  onFailed({ route }: Connection, timedOut: boolean): void {
    if (timedOut) {
      this.state = "idle";
      this.advance(performance.now());
      return;
    }
    this.state = "pausing";
    this.timer = setTimeout(() => this.resume(), Math.min(pause.longest, pause.first * 2 ** this.failures++));
    this.host.onLost(route);
  }

  private resume(): void {
    clearTimeout(this.timer);
    this.state = "idle";
    this.advance(performance.now());
  }

  private advance(now: number): void {
    if (this.stopping) return this.finish();
    if (this.wanted === undefined) return this.leave();
    const due = this.host.pacer.next(now);
    if (due === undefined) return this.finish();
    if (due <= now) return this.send(now);
    this.state = "waiting";
    this.host.wait(due, this);
  }

  private send(now: number): void {
    if (this.connection && this.connection.route.record.target.url !== this.wanted) this.leave();
    if (this.wanted === undefined) {
      // Its target went while it waited for its moment; the request is sent when there is one again.
      this.host.wait(now, this);
      return;
    }
    this.connection ??= new Connection(this.host.routeTo(this.wanted), this);
    this.state = "busy";
    this.connection.send(now, now);
  }

  private leave(): void {
    this.connection?.close();
    this.connection = undefined;
  }

  private finish(): void {
    if (this.state === "finished") return;
    this.state = "finished";
    this.leave();
    this.host.onFinished();
  }
}
