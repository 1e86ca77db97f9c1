/** A head that was parsed before. */
interface KnownHead {
  head: Buffer;
  /** Bytes of the answer, head and body. */
  length: number;
  status: number;
}

/** What stands for an answer with a known head: nothing to parse but its end. */
export const shortestAnswer = Buffer.from("HTTP/1.1 204 \r\n\r\n");

/** More than a service's pages have different heads within a second. */
const remembered = 4;

/**
 * Heads of answers that undici has parsed and accepted. A server sends the same head again and again (until the next second
 * changes its `Date`); parsing it each time is a quarter of a request's CPU. An answer with a known head, that arrived whole
 * and is framed by its `Content-Length`, says nothing new: undici gets the shortest answer there is in its place, and the status is told apart.
 */
export class KnownHeads {
  private readonly known: KnownHead[] = [];

  /** The status of an answer whose head is known; undefined when it has to be parsed. */
  recognize(chunk: Buffer): number | undefined {
    for (const { head, length, status } of this.known)
      if (chunk.length === length && chunk.compare(head, 0, head.length, 0, head.length) === 0) return status;
    return undefined;
  }

  /** undici took `chunk` for one whole answer with this status, on a connection that stays. */
  learn(chunk: Buffer, status: number): void {
    const end = chunk.indexOf("\r\n\r\n") + 4;
    // Those have no body, whatever their head says.
    if (end < 4 || status < 200 || status === 204 || status === 304) return;
    const text = chunk.toString("latin1", 0, end);
    const [, body] = /\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n/i.exec(text) ?? [];
    const isPlain =
      text.startsWith("HTTP/1.1 ") && !/\r\n(?:connection|keep-alive|transfer-encoding|upgrade)[ \t]*:/i.test(text);
    if (!isPlain || body === undefined || end + Number(body) !== chunk.length) return;
    // The chunk's memory is read into again.
    this.known.unshift({ head: Buffer.from(chunk.subarray(0, end)), length: chunk.length, status });
    this.known.length = Math.min(this.known.length, remembered);
  }
}
