/** A value in a head that changes nothing: the date, and how many more requests a connection will take. */
interface Hole {
  from: number;
  to: number;
  /** A count; else any text. */
  isCount: boolean;
}

/** A head that was parsed before. */
interface KnownHead {
  head: Buffer;
  /** In order. */
  holes: readonly Hole[];
  /** Bytes of the answer, head and body. */
  length: number;
  status: number;
}

/** More different heads than a service's pages have. */
const remembered = 8;

/** Bytes of an answer that are compared as a whole; comparing more costs as much as parsing. */
const longestBody = 16 * 1024;

/** How far trust rises and falls: an answer that was not known costs as much as several that were known gain. */
const trust = { most: 16, least: -8, lost: 4 } as const;

/**
 * Heads of answers that undici has parsed and accepted. A server sends the same head again and again, but for its `Date` and
 * the `max` of its `Keep-Alive`; an answer with a known head, that arrived whole and is framed by its `Content-Length`, says
 * nothing new. Neither does one in chunks that is the same to its end.
 */
export class KnownHeads {
  private readonly known: KnownHead[] = [];
  private trust = 0;

  /** Whether the next answer will probably be known: most of the last ones were. */
  get trusted(): boolean {
    return this.trust > 0;
  }

  /** The status of an answer whose head is known; undefined when it has to be parsed. */
  recognize(chunk: Buffer): number | undefined {
    for (const known of this.known)
      if (chunk.length === known.length && matches(chunk, known)) {
        if (this.trust < trust.most) this.trust++;
        return known.status;
      }
    return undefined;
  }

  /** An answer that was thought to be known was not. */
  doubt(): void {
    this.trust = Math.max(trust.least, this.trust - trust.lost);
  }

  /** undici took `chunk` for one whole answer with this status; true when the same one again would need no parsing. */
  learn(chunk: Buffer, status: number): boolean {
    if (this.recognize(chunk) === status) return true;
    const end = chunk.indexOf("\r\n\r\n") + 4;
    if (end < 4 || status < 200) return false;
    const text = chunk.toString("latin1", 0, end);
    const known = staysOpen(text) ? knownLength(chunk, text, status) : 0;
    if (known === 0) return false;
    // The chunk's memory is read into again.
    const head = Buffer.from(chunk.subarray(0, known));
    this.known.unshift({ head, holes: findHoles(text), length: chunk.length, status });
    this.known.length = Math.min(this.known.length, remembered);
    return true;
  }
}

/** How much of an answer has to be the same for it to be the same answer: its head, or all of it; 0 when that says nothing. */
function knownLength(chunk: Buffer, head: string, status: number): number {
  const [, body] = /\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n/i.exec(head) ?? [];
  const isChunked = /\r\ntransfer-encoding[ \t]*:/i.test(head);
  if (status === 204 || status === 304)
    return !isChunked && body === undefined && head.length === chunk.length ? chunk.length : 0;
  if (isChunked) {
    // The last chunk, and nothing behind it.
    const last = chunk.indexOf("\r\n0\r\n\r\n", head.length - 2);
    return last === chunk.length - 7 && chunk.length <= longestBody ? chunk.length : 0;
  }
  return body !== undefined && head.length + Number(body) === chunk.length ? head.length : 0;
}

/** A head after which the connection goes on as it was. */
function staysOpen(text: string): boolean {
  return (
    text.startsWith("HTTP/1.1 ") &&
    !/\r\nupgrade[ \t]*:/i.test(text) &&
    !/\r\nconnection[ \t]*:(?![ \t]*keep-alive[ \t]*\r\n)/i.test(text)
  );
}

function findHoles(text: string): Hole[] {
  const hole = (pattern: RegExp, isCount: boolean): Hole[] => {
    const [from, to] = pattern.exec(text)?.indices?.[1] ?? [];
    return from === undefined || to === undefined ? [] : [{ from, to, isCount }];
  };
  const holes = [...hole(/\r\ndate:[ \t]*([ -~]+)\r\n/di, false), ...hole(/\r\nkeep-alive:[ -~]*\bmax=(\d+)/di, true)];
  return holes.toSorted((a, b) => a.from - b.from);
}

function matches(chunk: Buffer, { head, holes }: KnownHead): boolean {
  if (chunk.compare(head, 0, head.length, 0, head.length) === 0) return true;
  let at = 0;
  for (const { from, to, isCount } of holes) {
    if (chunk.compare(head, at, from, at, from) !== 0) return false;
    const [least, most] = isCount ? [0x30, 0x39] : [0x20, 0x7e];
    for (let index = from; index < to; index++) if (chunk[index]! < least || chunk[index]! > most) return false;
    at = to;
  }
  if (at === 0 || chunk.compare(head, at, head.length, at, head.length) !== 0) return false;
  // The next one is more like this one than like the first.
  chunk.copy(head, 0, 0, head.length);
  return true;
}
