import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { World } from "./world/world.ts";

const formatVersion = 1;
/** Saving may take this share of the time at most: a large state is saved less often. */
const largestShare = 0.05;
const leastPauseMs = 1000;

interface Heading {
  version: number;
  /** The world's time when it was saved, ms since the epoch. */
  now: number;
  /** Where the sandbox listened, to be found at the same place again. */
  port: number;
}

const stateFile = (dir: string): string => join(dir, "state.jsonl");

/** The saved heading and state of a directory; undefined when nothing (readable) was saved. */
export function readState(dir: string): { heading: Heading; text: string } | undefined {
  let content: string;
  try {
    content = readFileSync(stateFile(dir), "utf8");
  } catch {
    return undefined;
  }
  try {
    const end = content.indexOf("\n");
    const heading = JSON.parse(content.slice(0, end)) as Heading;
    const text = content.slice(end + 1);
    JSON.parse(text);
    if (heading.version === formatVersion) return { heading, text };
  } catch {
    // Not ours to repair, and not ours to destroy: it is set aside and the world begins anew.
  }
  renameSync(stateFile(dir), `${stateFile(dir)}.unreadable`);
  return undefined;
}

/** Writes the world's state when it changed: each time to a new file that takes the old one's place. */
export class Saver {
  private readonly dir: string;
  private readonly world: () => World;
  private readonly port: () => number;
  private readonly log: (message: string) => void;
  private savedRevision = -1;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(options: { dir: string; world: () => World; port: () => number; log: (message: string) => void }) {
    this.dir = options.dir;
    this.world = options.world;
    this.port = options.port;
    this.log = options.log;
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
  }

  start(): void {
    this.schedule(leastPauseMs);
  }

  /** Saves for the last time. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.writing;
    const temporary = this.temporary();
    writeFileSync(temporary, this.serialise(), { mode: 0o600 });
    renameSync(temporary, stateFile(this.dir));
  }

  private schedule(pauseMs: number): void {
    if (this.closed) return;
    this.timer = setTimeout(() => {
      const started = performance.now();
      this.writing = this.saveIfChanged()
        .catch((error: unknown) => this.log(`the state could not be saved: ${(error as Error).message}`))
        .then(() => this.schedule(Math.max(leastPauseMs, (performance.now() - started) / largestShare)));
    }, pauseMs);
    this.timer.unref();
  }

  private async saveIfChanged(): Promise<void> {
    const { revision } = this.world().store;
    if (revision === this.savedRevision) return;
    const temporary = this.temporary();
    await writeFile(temporary, this.serialise(), { mode: 0o600 });
    await rename(temporary, stateFile(this.dir));
    this.savedRevision = revision;
  }

  private temporary(): string {
    return `${stateFile(this.dir)}.${process.pid}.new`;
  }

  private serialise(): string {
    const world = this.world();
    const heading: Heading = { version: formatVersion, now: world.clock.now(), port: this.port() };
    return `${JSON.stringify(heading)}\n${world.store.save()}`;
  }
}
