/** Requests logged in full each second; the rest of the second is counted. Logging must not become the load. */
const fullLinesPerSecond = 20;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Apache's common log format in batches: at most so many whole lines a second, then one that counts the others. */
export class AccessLog {
  private readonly write: (text: string) => void;
  private lines: string[] = [];
  private more = 0;

  constructor(write: (text: string) => void) {
    this.write = write;
  }

  /** Takes note of one answer. */
  add(client: string, request: string, status: number, bytes: number | string): void {
    if (this.lines.length >= fullLinesPerSecond) this.more++;
    else this.lines.push(`${client} - - [${stamp(new Date())}] "${request}" ${status} ${bytes}`);
  }

  /** Writes what was noted; to be called once a second. */
  flush(): void {
    if (this.lines.length === 0) return;
    if (this.more > 0) this.lines.push(`(and ${this.more} more requests in this second)`);
    this.write(`${this.lines.join("\n")}\n`);
    this.lines = [];
    this.more = 0;
  }
}

const two = (number: number): string => String(number).padStart(2, "0");

/** `22/Nov/2026:07:25:42 +0000` */
function stamp(at: Date): string {
  const day = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}
