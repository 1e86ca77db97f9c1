import { Client, type Dispatcher } from "undici";
import { classifyFailure, classifyStatus, RequestTimeout } from "./failure.ts";
import type { Pacer } from "./pacer.ts";
import type { Recorder, TargetRecord } from "./recorder.ts";
import type { Target } from "./target-set.ts";

/** What every request looks like; prepared once. */
export interface RequestShape {
  method: string;
  /** Replaces the path of the target's URL when given. */
  path?: string | undefined;
  /** Names and values in turn, which undici sends without looking at them again. */
  headers: string[];
  body?: string | undefined;
}

export interface ConnectionHost {
  readonly request: RequestShape;
  readonly timeoutMs: number;
  readonly pacer: Pacer;
  readonly recorder: Recorder;
  /** The target answered, with whatever status. */
  onAnswer(target: Target): void;
  /** The connection to the target failed. */
  onLost(target: Target): void;
  /** This connection has nothing left to do. */
  onFinished(): void;
}

/** After a failed connection, the first pause before the next try and the longest, in local ms. */
const pause = { first: 20, longest: 1000 } as const;

/** undici answers with a promise that may reject unless it is given a callback. */
const ignore = (): void => {};

/** One simulated client: one connection, one request at a time. Its own handler, so a request allocates next to nothing. */
export class Connection implements Dispatcher.DispatchHandler {
  private readonly host: ConnectionHost;
  private client: Client | undefined;
  private record: TargetRecord | undefined;
  private wanted: Target | undefined;
  private options: Dispatcher.DispatchOptions = { path: "/", method: "GET" };
  private state: "idle" | "busy" | "pausing" | "finished" = "idle";
  private startedAt = 0;
  private status = 0;
  private failures = 0;
  private stopping = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(host: ConnectionHost) {
    this.host = host;
  }

  /** Where the next request goes; the one under way is finished first. */
  aim(target: Target | undefined): void {
    this.wanted = target;
    if (this.state === "idle") this.advance();
    else if (this.state === "pausing" && target?.url !== this.record?.target.url) this.resume();
  }

  /** No further request; the one under way is finished. */
  stop(): void {
    this.stopping = true;
    if (this.state === "idle") this.advance();
    else if (this.state === "pausing") this.resume();
  }

  /** Fails the request under way when it has been waiting too long at `now`. */
  checkTimeout(now: number): void {
    if (this.state !== "busy" || now - this.startedAt < this.host.timeoutMs) return;
    const client = this.client;
    this.client = undefined;
    // Ends in onResponseError, also for a request that still waits for its connection.
    client?.destroy(new RequestTimeout(this.host.timeoutMs), ignore);
  }

  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, statusCode: number): void {
    this.status = statusCode;
  }

  onResponseData(): void {}

  onResponseEnd(): void {
    const { record, host } = this;
    if (!record || this.state !== "busy") return;
    const failure = classifyStatus(this.status);
    const ms = performance.now() - this.startedAt;
    if (failure) host.recorder.answered(record, ms, failure, `${record.target.url} answered ${this.status}`);
    else host.recorder.answered(record, ms);
    this.failures = 0;
    this.state = "idle";
    host.onAnswer(record.target);
    this.advance();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const { record, host } = this;
    if (!record || this.state !== "busy") return;
    const timedOut = error instanceof RequestTimeout;
    const waited = timedOut ? performance.now() - this.startedAt : undefined;
    const example = `${record.target.url}: ${error.message || (error as { code?: string }).code || error.name}`;
    host.recorder.failed(record, classifyFailure(error), example, waited);
    if (timedOut) {
      this.state = "idle";
      this.advance();
      return;
    }
    this.state = "pausing";
    this.timer = setTimeout(() => this.resume(), Math.min(pause.longest, pause.first * 2 ** this.failures++));
    host.onLost(record.target);
  }

  private resume(): void {
    clearTimeout(this.timer);
    this.state = "idle";
    this.advance();
  }

  private advance(): void {
    if (this.stopping) return this.finish();
    const target = this.wanted;
    if (this.record?.target.url !== target?.url) this.leave();
    if (!target) return;
    const now = performance.now();
    const due = this.host.pacer.next(now);
    if (due === undefined) return this.finish();
    this.send(target, now);
  }

  private send(target: Target, now: number): void {
    if (!this.record) this.meet(target);
    this.client ??= this.connect(target);
    this.state = "busy";
    this.startedAt = now;
    this.status = 0;
    this.client.dispatch(this.options, this);
  }

  private meet(target: Target): void {
    const { request, recorder } = this.host;
    const url = new URL(target.url);
    this.record = recorder.of(target);
    this.options = {
      path: request.path ?? `${url.pathname}${url.search}`,
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
    };
  }

  private connect(target: Target): Client {
    return new Client(new URL(target.url).origin, {
      // Times are limited by checkTimeout, for the whole of a request.
      headersTimeout: 0,
      bodyTimeout: 0,
      connectTimeout: 0,
      keepAliveTimeout: 60_000,
      pipelining: 1,
      allowH2: false,
    });
  }

  private leave(): void {
    this.client?.close(ignore);
    this.client = undefined;
    this.record = undefined;
  }

  private finish(): void {
    if (this.state === "finished") return;
    this.state = "finished";
    this.leave();
    this.host.onFinished();
  }
}
