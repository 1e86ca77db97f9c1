import type { Socket } from "node:net";
import { buildConnector, Client, type Dispatcher } from "undici";
import { classifyFailure, classifyStatus, RequestTimeout } from "./failure.ts";
import { KnownHeads } from "./known-heads.ts";
import { LeanSocket } from "./lean-socket.ts";
import type { Recorder, TargetRecord } from "./recorder.ts";
import { prepareRequests, type RequestPlan } from "./request-mix.ts";

/** What all connections to one target share. */
export interface Route {
  readonly record: TargetRecord;
  readonly recorder: Recorder;
  readonly origin: URL;
  readonly timeoutMs: number;
  readonly connector: buildConnector.connector;
  /** One round of requests, and which is next. */
  readonly requests: readonly Dispatcher.DispatchOptions[];
  turn: number;
}

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

/** undici answers with a promise that may reject unless it is given a callback. */
const ignore = (): void => {};

/** The way to a target, for any number of connections. */
export function makeRoute(plan: RequestPlan, recorder: Recorder, record: TargetRecord, timeoutMs: number): Route {
  const { origin: text, protocol } = new URL(record.target.url);
  const origin = new URL(text);
  // undici asks for it with each request, and an URL puts it together each time.
  Object.defineProperty(origin, "origin", { value: text });
  const secure = buildConnector({ rejectUnauthorized: !plan.insecure, allowH2: false, timeout: 0 });
  const connector = protocol === "https:" ? secure : connectLeanly(new KnownHeads());
  const requests = prepareRequests(plan, record.target.url);
  return { record, recorder, origin, timeoutMs, connector, requests, turn: 0 };
}

/** undici's connector interface over the lean socket. */
function connectLeanly(heads: KnownHeads): buildConnector.connector {
  return ({ hostname, port }, callback) => {
    // undici keeps the brackets of an IPv6 address.
    const host = hostname.replace(/^\[(.*)\]$/, "$1");
    const socket: LeanSocket = new LeanSocket(host, Number(port) || 80, heads, (error) =>
      // It has all of a socket that undici's HTTP/1.1 client uses; the tests of this folder hold it to that.
      error ? callback(error, null) : callback(null, socket as unknown as Socket),
    );
    return socket;
  };
}

/** One connection, one request at a time. It is its own handler, so that a request allocates next to nothing here. */
export class Connection implements Dispatcher.DispatchHandler {
  readonly route: Route;
  busy = false;
  private readonly user: ConnectionUser;
  private client: Client | undefined;
  /** Still connecting, or connected without TLS. */
  private socket: Openable | undefined;
  /** ms: the moment latency counts from, and when it was really sent. */
  private intendedAt = 0;
  private sentAt = 0;
  private status = 0;

  constructor(route: Route, user: ConnectionUser) {
    this.route = route;
    this.user = user;
  }

  /** Sends the next request at `now`; its latency counts from `intendedAt`. */
  send(intendedAt: number, now: number): void {
    const { route } = this;
    this.client ??= this.makeClient();
    this.busy = true;
    this.intendedAt = intendedAt;
    this.sentAt = now;
    const { requests } = route;
    const request = requests[requests.length === 1 ? 0 : route.turn++ % requests.length]!;
    this.client.dispatch(request, this);
  }

  /** Fails the request under way when it has been waiting too long at `now`. */
  checkTimeout(now: number): void {
    if (!this.busy || now - this.sentAt < this.route.timeoutMs) return;
    // Ends in onResponseError, also for a request that still waits for its connection.
    this.drop(new RequestTimeout(this.route.timeoutMs));
  }

  /** Lets go of the connection; only between two requests. */
  close(): void {
    this.drop();
  }

  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, parsed: number): void {
    const status = (this.socket instanceof LeanSocket ? this.socket.knownStatus : undefined) ?? parsed;
    this.status = status;
    // 1xx is not the answer yet.
    if (status >= 200) this.route.recorder.began(status, performance.now() - this.sentAt);
  }

  onResponseData(): void {}

  onResponseEnd(): void {
    if (!this.busy) return;
    this.busy = false;
    const now = performance.now();
    const { record, recorder } = this.route;
    const failure = this.status < 400 ? undefined : classifyStatus(this.status);
    if (failure)
      recorder.answered(record, now - this.intendedAt, failure, `${record.target.url} answered ${this.status}`);
    else recorder.answered(record, now - this.intendedAt);
    if (this.socket instanceof LeanSocket) this.socket.answered(this.status);
    this.user.onAnswered(this, now);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (!this.busy) return;
    this.busy = false;
    const { record, recorder } = this.route;
    const timedOut = error instanceof RequestTimeout;
    const waited = timedOut ? performance.now() - this.intendedAt : undefined;
    const example = `${record.target.url}: ${error.message || (error as { code?: string }).code || error.name}`;
    recorder.failed(record, classifyFailure(error), example, waited);
    this.user.onFailed(this, timedOut);
  }

  private makeClient(): Client {
    return new Client(this.route.origin, {
      // Times are limited by checkTimeout, for the whole of a request.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 60_000,
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
    this.socket = connector(options, opened) as unknown as Openable | undefined;
  }

  private drop(error: Error | null = null): void {
    const { client, socket } = this;
    this.client = this.socket = undefined;
    client?.destroy(error, ignore);
    socket?.destroy();
  }
}
