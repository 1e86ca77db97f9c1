import { EventEmitter } from "node:events";
import { connect, type Socket } from "node:net";
import { errors } from "undici";
import type { KnownHeads } from "./known-heads.ts";

/** What was read last; one for all, because whoever is told has used it before the next read. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024);

/** Who sends a request again without undici, with the bytes that undici made of it the first time. */
export interface Resender {
  /** The answer is there, whole, and its head is known. */
  onKnownAnswer(status: number): void;
  /** The answer has to be parsed: undici is to be given the request, whose bytes are not sent again. */
  onUnknownAnswer(): void;
  /** The connection ended before an answer. */
  onBroken(error: Error): void;
}

/**
 * A TCP socket with no more than undici's HTTP/1.1 client touches. Node reads straight into one buffer and hands it on:
 * no readable stream, no allocation for each chunk. It costs about a third less CPU a request than `net.Socket` alone.
 *
 * A request that undici has sent before can be sent again by `resend`, of which undici learns nothing as long as the answer
 * is one that it has accepted before. Any other answer is held until undici has been given the request, and then it is
 * undici's as if it had sent it.
 */
export class LeanSocket extends EventEmitter {
  destroyed = false;
  readonly errored = null;
  /** Whose request was sent again; undefined when nobody is to be told any more. */
  resender: Resender | undefined;
  /** While an answer is handed on that was held: when it arrived, in ms of `performance.now()`. */
  arrivedAt: number | undefined;
  private readonly socket: Socket;
  private readonly heads: KnownHeads;
  private chunk: Buffer | null = null;
  /** `resent`: the answer is not undici's yet; `held`: it will be, when undici has written the request. */
  private mode: "undici" | "resent" | "held" = "undici";
  private held: { chunk: Buffer; at: number }[] = [];
  private readonly afterHeld: (() => void)[] = [];
  /** Bytes of the request that was sent again, those of it that undici has written too, and what undici wrote last. */
  private resentLength = 0;
  private swallowed = 0;
  private written: (string | Uint8Array)[] = [];
  /** True from a request to the first bytes of its answer. */
  private awaiting = false;
  /** The answer's first bytes, while they are handled. */
  private first: Buffer | undefined;

  /** `opened` is called once: with an error, or when the connection is there. */
  constructor(host: string, port: number, heads: KnownHeads, opened: (error: Error | null) => void) {
    super();
    this.heads = heads;
    let open: typeof opened | undefined = opened;
    const tell = (error: Error | null): boolean => {
      const first = open;
      open = undefined;
      first?.(error);
      return first !== undefined;
    };
    const callback = (length: number): boolean => {
      this.take(buffer.subarray(0, length));
      return true;
    };
    this.socket = connect({ host, port, noDelay: true, onread: { buffer, callback } });
    this.socket.on("connect", () => tell(null));
    this.socket.on("error", (error) => tell(error) || this.afterAnswer(() => this.fail(error)));
    this.socket.on("end", () => this.afterAnswer(() => this.end()));
    this.socket.on("close", () => this.afterAnswer(() => this.close()));
  }

  /** Sends what `lastRequest` gave once more. */
  resend(bytes: Buffer): void {
    this.mode = "resent";
    this.resentLength = bytes.length;
    this.socket.write(bytes);
  }

  /** The bytes of the request that undici sent last. */
  lastRequest(): Buffer {
    return Buffer.concat(
      this.written.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))),
    );
  }

  /** The answer to undici's request has ended; true when the same one again would need no parsing. */
  answered(status: number): boolean {
    const { first } = this;
    this.first = undefined;
    return first !== undefined && this.heads.learn(first, status);
  }

  read(): Buffer | null {
    const { chunk } = this;
    this.chunk = null;
    return chunk;
  }

  write(data: string | Uint8Array, encoding?: BufferEncoding): boolean {
    if (!this.awaiting) this.written.length = 0;
    this.awaiting = true;
    this.written.push(data);
    if (this.mode !== "held") return this.socket.write(data as string, encoding);
    this.swallowed += data.length;
    // undici is still at it: it goes on after the last write.
    if (this.swallowed === this.resentLength) process.nextTick(() => this.release());
    return true;
  }

  cork(): void {
    this.socket.cork();
  }

  uncork(): void {
    this.socket.uncork();
  }

  ref(): void {
    this.socket.ref();
  }

  unref(): void {
    this.socket.unref();
  }

  destroy(error?: Error): this {
    this.destroyed = true;
    this.socket.destroy(error);
    this.break(error ?? "closed");
    if (this.mode === "held") {
      this.held = [];
      process.nextTick(() => this.release());
    }
    return this;
  }

  /** undici pauses only for handlers that ask for it, and takes for a stream what has `pipe`; neither is used here. */
  unshift(): void {}
  pipe(): void {}

  private take(chunk: Buffer): void {
    if (this.mode === "undici") this.hand(chunk);
    else if (this.mode === "held") this.hold(chunk);
    else {
      const status = this.heads.recognize(chunk);
      this.mode = status === undefined ? "held" : "undici";
      if (status !== undefined) this.resender?.onKnownAnswer(status);
      else {
        this.heads.doubt();
        this.swallowed = 0;
        this.hold(chunk);
        this.resender?.onUnknownAnswer();
      }
    }
  }

  /** The chunk's memory is read into again. */
  private hold(chunk: Buffer): void {
    this.held.push({ chunk: Buffer.from(chunk), at: performance.now() });
  }

  private hand(chunk: Buffer): void {
    this.first = this.awaiting ? chunk : undefined;
    this.awaiting = false;
    this.chunk = chunk;
    this.emit("readable");
    this.first = undefined;
  }

  /** undici has taken over the request: what was held is its answer. */
  private release(): void {
    const { held } = this;
    this.held = [];
    this.mode = "undici";
    for (const { chunk, at } of held) {
      this.arrivedAt = at;
      this.hand(chunk);
    }
    this.arrivedAt = undefined;
    for (const event of this.afterHeld.splice(0)) event();
  }

  /** What happens to the connection happens after the answer that arrived before it. */
  private afterAnswer(event: () => void): void {
    if (this.mode === "held") this.afterHeld.push(event);
    else event();
  }

  private fail(error: Error): void {
    // Nobody listens any more once the client has let go of it.
    if (this.listenerCount("error") > 0) this.emit("error", error);
    this.break(error);
  }

  private end(): void {
    this.emit("end");
    this.break("other side closed");
  }

  private close(): void {
    this.destroyed = true;
    this.emit("close");
    this.break("closed");
  }

  /** Tells whoever waits for an answer to what it sent again; undici tells of its own requests itself. */
  private break(why: Error | string): void {
    if (this.mode !== "resent") return;
    this.mode = "undici";
    this.resender?.onBroken(typeof why === "string" ? new errors.SocketError(why) : why);
  }
}
