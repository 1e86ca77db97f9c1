import type { IncomingHttpHeaders } from "node:http";
import { type buildConnector, Client, type Dispatcher } from "undici";
import { classifyFailure, classifyStatus, RequestTimeout } from "./failure.ts";
import { LeanSocket, type Resender } from "./lean-socket.ts";
import type { Route } from "./route.ts";

/** Whoever decides what a connection does next. */
export interface ConnectionUser {
  /** The request is answered, with whatever status, at `now`. */
  onAnswered(connection: Connection, now: number): void;
  /** It failed; `timedOut` when it only took too long. */
  onFailed(connection: Connection, timedOut: boolean): void;
}

interface Openable {
  destroy(): void;
}

/**
 * How long, in ms, requests are sent again without undici, which takes the connection for idle meanwhile, and when it closes
 * one that is idle: not before the last request that was sent again has had its time.
 */
const idle = { atMost: 20_000, closedAfter: 60_000 } as const;
/** Longer than any timer. */
const longestMs = 2 ** 31 - 1;
/** A connection is not used any more so many ms before its server may close it. */
const marginMs = 1000;
/** A longer request is not worth keeping: sending it costs more than making it. */
const longestKept = 64 * 1024;

/** undici answers with a promise that may reject unless it is given a callback. */
const ignore = (): void => {};

/** One connection, one request at a time. It is its own handler, so that a request allocates next to nothing here. */
export class Connection implements Dispatcher.DispatchHandler, Resender {
  readonly route: Route;
  busy = false;
  private readonly user: ConnectionUser;
  private client: Client | undefined;
  /** Still connecting, or connected. */
  private socket: Openable | undefined;
  /** The same when it is one without TLS. */
  private lean: LeanSocket | undefined;
  /** ms: the moment latency counts from, when it was really sent, and when undici was last given a request. */
  private intendedAt = 0;
  private sentAt = 0;
  private dispatchedAt = 0;
  /** Which request of the round is under way. */
  private index = 0;
  private status = 0;
  /** ms: when the last answer ended, and how long after it the server keeps the connection. */
  private endedAt = 0;
  private keptMs = Number.POSITIVE_INFINITY;
  /** undici has nothing to do and the connection stays: a request can be sent again without it. */
  private quiet = false;
  /** The request under way was sent again, and undici knows nothing of it. */
  private resent = false;

  constructor(route: Route, user: ConnectionUser) {
    this.route = route;
    this.user = user;
  }

  /** Sends the next request at `now`; its latency counts from `intendedAt`. */
  send(intendedAt: number, now: number): void {
    if (now - this.endedAt >= this.keptMs) this.drop();
    const { route, lean } = this;
    this.busy = true;
    this.intendedAt = intendedAt;
    this.sentAt = now;
    this.index = route.requests.length === 1 ? 0 : route.turn++ % route.requests.length;
    const bytes = this.quiet && route.heads.trusted ? route.bytes[this.index] : undefined;
    if (bytes && lean && !lean.destroyed && now - this.dispatchedAt < idle.atMost) {
      this.resent = true;
      lean.resend(bytes);
    } else this.dispatch(now);
  }

  /** Fails the request under way when it has been waiting too long at `now`. */
  checkTimeout(now: number): void {
    if (!this.busy || now - this.sentAt < this.route.timeoutMs) return;
    const error = new RequestTimeout(this.route.timeoutMs);
    const { resent } = this;
    // Ends in onResponseError when undici has the request, also when it still waits for its connection.
    this.drop(error);
    if (resent) this.fail(error);
  }

  /** Lets go of the connection; only between two requests. */
  close(): void {
    this.drop();
  }

  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    const [, seconds] = /\btimeout=(\d+)/i.exec(`${headers["keep-alive"] ?? ""}`) ?? [];
    this.keptMs = seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1000 - marginMs;
    // 1xx is not the answer yet.
    if (status >= 200) this.route.recorder.began(status, this.arrivedAt() - this.sentAt);
  }

  onResponseData(): void {}

  onResponseEnd(): void {
    if (!this.busy) return;
    const { lean, route, index } = this;
    this.quiet = lean?.answered(this.status) ?? false;
    if (lean && this.quiet && route.bytes[index] === undefined) route.bytes[index] = keepRequest(lean.lastRequest());
    this.end(this.arrivedAt());
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.fail(error);
  }

  onKnownAnswer(status: number): void {
    const now = performance.now();
    this.resent = false;
    this.status = status;
    this.route.recorder.began(status, now - this.sentAt);
    this.end(now);
  }

  onUnknownAnswer(): void {
    this.resent = false;
    this.dispatch(performance.now());
  }

  onBroken(error: Error): void {
    this.fail(error);
  }

  private dispatch(now: number): void {
    this.quiet = false;
    this.dispatchedAt = now;
    this.client ??= this.makeClient();
    this.client.dispatch(this.route.requests[this.index]!, this);
  }

  /** When what is handled now was read. */
  private arrivedAt(): number {
    return this.lean?.arrivedAt ?? performance.now();
  }

  private end(at: number): void {
    this.busy = false;
    this.endedAt = at;
    const { status, intendedAt } = this;
    const { record, recorder } = this.route;
    if (status < 400) recorder.answered(record, at - intendedAt);
    else recorder.answered(record, at - intendedAt, classifyStatus(status), `${record.target.url} answered ${status}`);
    this.user.onAnswered(this, this.lean?.arrivedAt === undefined ? at : performance.now());
  }

  private fail(error: Error): void {
    if (!this.busy) return;
    this.busy = this.resent = this.quiet = false;
    const { record, recorder } = this.route;
    const timedOut = error instanceof RequestTimeout;
    const waited = timedOut ? performance.now() - this.intendedAt : undefined;
    const example = `${record.target.url}: ${error.message || (error as { code?: string }).code || error.name}`;
    recorder.failed(record, classifyFailure(error), example, waited);
    this.user.onFailed(this, timedOut);
  }

  private makeClient(): Client {
    const keptMs = Math.min(longestMs, idle.closedAfter + this.route.timeoutMs);
    return new Client(this.route.origin, {
      // Times are limited by checkTimeout, for the whole of a request.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keptMs,
      // What the server says of it is kept to by `send`; undici would take for idle what is sent again.
      keepAliveTimeoutThreshold: -keptMs,
      keepAliveMaxTimeout: longestMs,
      // One request is under way at a time all the same; with 1, undici waits a turn of the event loop between two.
      pipelining: 2,
      connect: (options, callback) => this.connect(options, callback),
    });
  }

  private connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
    const from = performance.now();
    const { connector, recorder } = this.route;
    const opened: buildConnector.Callback = (...result) => {
      if (result[0] === null) recorder.parts.connect.record(performance.now() - from);
      callback(...result);
    };
    // The connectors give the socket that is still connecting, which nobody else could end.
    const socket: unknown = connector(options, opened);
    this.socket = socket as Openable | undefined;
    this.lean = socket instanceof LeanSocket ? socket : undefined;
    if (this.lean) this.lean.resender = this;
  }

  private drop(error: Error | null = null): void {
    const { client, socket, lean } = this;
    if (lean) lean.resender = undefined;
    this.client = this.socket = this.lean = undefined;
    this.quiet = this.resent = false;
    this.keptMs = Number.POSITIVE_INFINITY;
    client?.destroy(error, ignore);
    socket?.destroy();
  }
}

/** The bytes of a request that can be sent again: not when it says that its connection ends. */
function keepRequest(bytes: Buffer): Buffer | undefined {
  const isKeepable = bytes.length <= longestKept && bytes.includes("\r\nconnection: keep-alive\r\n");
  return isKeepable ? bytes : undefined;
}
