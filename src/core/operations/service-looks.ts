import type { Context } from "../context.ts";
import type { ServiceReader } from "../observe/service-reader.ts";
import type { Snapshot } from "../observe/snapshot.ts";

export interface LooksOptions {
  context: Context;
  reader: ServiceReader;
  /** Server ms from one look to the next. */
  everyMs: number;
  /** Gets what was found; undefined when the look failed, which does not end the load: the next one may work. */
  onLook: (snapshot: Snapshot | undefined) => void;
}

/** Looks at the service again and again, beside samples that never wait for AWS. */
export class ServiceLooks {
  private readonly options: LooksOptions;
  private under: Promise<void> | undefined;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private finished = 0;
  private told = 0;

  constructor(options: LooksOptions) {
    this.options = options;
  }

  /** Begins a look when it is time; true when one has ended since the last call. */
  next(): boolean {
    const { context, everyMs } = this.options;
    const now = context.aws.clock.now();
    if (!this.under && now - this.lookedAt >= everyMs) {
      this.lookedAt = now;
      this.under = this.look().finally(() => (this.under = undefined));
    }
    const isNew = this.finished > this.told;
    this.told = this.finished;
    return isNew;
  }

  /** One more look, after the one under way. */
  async last(): Promise<void> {
    await this.under;
    if (!this.options.context.signal.aborted) await this.look();
  }

  private async look(): Promise<void> {
    const { context, reader, onLook } = this.options;
    try {
      onLook(await reader.read(context.signal));
    } catch (error) {
      if (context.signal.aborted) return;
      context.emit({ type: "warning", message: `could not read the service: ${(error as Error).message}` });
      onLook(undefined);
    } finally {
      this.finished++;
    }
  }
}
