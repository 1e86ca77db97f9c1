/** One address under load. `task` is a task id, or the URL itself when the user named it. */
export interface Target {
  task: string;
  url: string;
}

export interface TargetSetOptions {
  /** True when the target answers a request, with whatever status. */
  probe: (target: Target) => Promise<boolean>;
  /** Tells the targets that share the load from now on. */
  onChange: (targets: readonly Target[]) => void;
  /** A target answered for the first time. */
  onAdmitted?: ((target: Target) => void) | undefined;
  /** A new target that does not answer after so many local ms gets load all the same, so that its errors show. */
  graceMs: number;
  /** Local ms. */
  now?: () => number;
}

/**
 * Which of the found targets share the load. A new one gets its share as soon as it answers a probe (a task may be
 * RUNNING a moment before it listens); one that is no longer found loses it; one whose connections fail loses it until a
 * probe is answered again, unless it is the only one.
 */
export class TargetSet {
  private readonly options: TargetSetOptions;
  private readonly admitted = new Map<string, Target>();
  private readonly waiting = new Map<string, { target: Target; since: number; probing: boolean; lost: boolean }>();
  private readonly now: () => number;

  constructor(options: TargetSetOptions) {
    this.options = options;
    this.now = options.now ?? (() => performance.now());
  }

  get targets(): readonly Target[] {
    return [...this.admitted.values()];
  }

  /** What discovery found just now: every target that should get load, and no other. */
  update(found: readonly Target[]): void {
    const urls = new Set(found.map((target) => target.url));
    for (const url of this.waiting.keys()) if (!urls.has(url)) this.waiting.delete(url);
    const before = this.admitted.size;
    for (const url of this.admitted.keys()) if (!urls.has(url)) this.admitted.delete(url);
    if (this.admitted.size !== before) this.options.onChange(this.targets);
    for (const target of found) {
      if (this.admitted.has(target.url)) continue;
      const entry = this.waiting.get(target.url) ?? { target, since: this.now(), probing: false, lost: false };
      this.waiting.set(target.url, entry);
      void this.try(entry);
    }
  }

  /** Gives these their share at once, without a probe. */
  admit(targets: readonly Target[]): void {
    for (const target of targets) {
      this.waiting.delete(target.url);
      this.admitted.set(target.url, target);
      this.options.onAdmitted?.(target);
    }
    this.options.onChange(this.targets);
  }

  /** Its connections fail: the others take over, until it answers a probe. */
  lose(target: Target): void {
    if (this.admitted.size < 2 || !this.admitted.delete(target.url)) return;
    this.waiting.set(target.url, { target, since: this.now(), probing: false, lost: true });
    this.options.onChange(this.targets);
  }

  private async try(entry: { target: Target; since: number; probing: boolean; lost: boolean }): Promise<void> {
    if (entry.probing) return;
    entry.probing = true;
    const answers = await this.options.probe(entry.target);
    entry.probing = false;
    const { url } = entry.target;
    // Meanwhile discovery may have dropped it.
    if (this.waiting.get(url) !== entry) return;
    const waited = this.now() - entry.since;
    if (!answers && (waited < this.options.graceMs || (entry.lost && this.admitted.size > 0))) return;
    this.waiting.delete(url);
    this.admitted.set(url, entry.target);
    if (answers) this.options.onAdmitted?.(entry.target);
    this.options.onChange(this.targets);
  }
}
