import type { Context } from "../context.ts";
import { type Generator, openGenerator } from "../loadtest/generator.ts";
import { probe } from "../loadtest/probe.ts";
import { Recorder } from "../loadtest/recorder.ts";
import type { CountChange, LoadSample } from "../loadtest/report.ts";
import type { SelfFigures } from "../loadtest/self-watch.ts";
import { type Target, TargetSet } from "../loadtest/target-set.ts";
import type { Snapshot } from "../observe/snapshot.ts";
import { isBalanced, targetsOf } from "./load-targets.ts";
import type { LoadPlan } from "./loadtest-options.ts";
import { ServiceCourse } from "./service-course.ts";

/** What a live view gets with each sample: data `load`. */
export interface LoadProgress {
  sample: LoadSample;
  requests: number;
  errors: number;
  latency: ReturnType<Recorder["latency"]>;
  targets: number;
  snapshot: Snapshot | undefined;
}

/** How long a new task may be RUNNING without listening before it gets load (and errors) all the same, in local ms. */
const graceMs = 10_000;

/** One load while it runs: the attacker, its targets and the samples. */
export class LoadRun {
  readonly recorder = new Recorder();
  readonly samples: LoadSample[] = [];
  /** Server seconds after the start at which tasks answered that were not there at the start. */
  readonly firstAnswers: number[] = [];
  /** What happened to the service meanwhile. */
  readonly course: ServiceCourse;
  /** The server's time in ms. */
  readonly startedAt: number;
  private readonly context: Context;
  private readonly plan: LoadPlan;
  private readonly generator: Generator;
  private readonly targets: TargetSet;
  private startedLocal = performance.now();
  private startedCpu = process.cpuUsage();
  private windowAt = this.startedLocal;
  private endedLocal: number | undefined;
  private newest: Snapshot | undefined;
  /** The most targets that the load balancer found healthy so far. */
  private healthy: number | undefined;

  constructor(context: Context, plan: LoadPlan, first: readonly Target[]) {
    this.context = context;
    this.plan = plan;
    this.startedAt = context.aws.clock.now();
    this.course = new ServiceCourse(this.startedAt);
    const { requestPlan, timeoutMs } = plan;
    this.generator = openGenerator(plan.attack, plan.threads, this.recorder, {
      onLost: (target) => this.targets.lose(target),
    });
    this.targets = new TargetSet({
      probe: async (target) => (await probe(target.url, requestPlan, timeoutMs)) === undefined,
      onChange: (targets) => this.generator.setTargets(targets),
      onAdmitted: () => this.noteFirstAnswer(),
      graceMs,
    });
    this.targets.admit(first);
    this.firstAnswers.length = 0;
  }

  /** Resolves when every request of a limited number was sent. */
  get done(): Promise<void> {
    return this.generator.done;
  }

  /** Local seconds under load. */
  get seconds(): number {
    return ((this.endedLocal ?? performance.now()) - this.startedLocal) / 1000;
  }

  /** What was sent before the figures begin; null without a warm-up. */
  warmup: { seconds: number; requests: number; errors: number } | null = null;

  /** The warm-up is over: its requests are in no figure, and time begins to count. */
  endWarmup(): void {
    if (this.warmup) return;
    const { requests, errors } = this.recorder;
    this.warmup = { seconds: Math.round(this.seconds * 1000) / 1000, requests, errors };
    this.generator.reset();
    this.samples.length = 0;
    this.startedLocal = this.windowAt = performance.now();
    this.startedCpu = process.cpuUsage();
  }

  /** How the generator itself is doing: its threads, and the process's CPU in percent of one core. */
  self(): { threads: SelfFigures[]; cpuPercent: number } {
    const { user, system } = process.cpuUsage(this.startedCpu);
    return { threads: this.generator.self(), cpuPercent: (user + system) / 10_000 / Math.max(0.001, this.seconds) };
  }

  /** How many targets share the load; when only one is to have it, the others cannot be expected to. */
  get answering(): number {
    // Behind a load balancer the only target is that; it says how many tasks answer.
    if (this.newest?.balancer && isBalanced(this.newest, this.plan.spread)) return this.newest.balancer.healthy;
    return this.plan.spread === "first" ? Number.POSITIVE_INFINITY : this.targets.targets.length;
  }

  /** Server ms since the load began. */
  get elapsedMs(): number {
    return this.context.aws.clock.now() - this.startedAt;
  }

  /** Changes of the desired count so far. */
  get changes(): CountChange[] {
    return this.course.changes();
  }

  /**
   * Takes in what a look at the service found: its state, and where the load goes from now on. Without a snapshot nothing
   * is known of the service until the next look.
   */
  look(snapshot: Snapshot | undefined, follow: boolean): void {
    this.newest = snapshot;
    if (!snapshot) return;
    this.course.see(snapshot);
    this.countHealthy(snapshot);
    if (follow) this.targets.update(targetsOf(snapshot, this.plan.spread));
  }

  /** Takes one sample of what clients saw since the last one, beside the newest look at the service. */
  observe(): LoadSample {
    const snapshot = this.newest;
    const sample = this.sample(snapshot);
    this.samples.push(sample);
    const { requests, errors } = this.recorder;
    const targets = this.targets.targets.length;
    const data: LoadProgress = { sample, requests, errors, latency: this.recorder.latency(), targets, snapshot };
    this.context.emit({ type: "data", kind: "load", data });
    return sample;
  }

  /** Sends nothing more and waits for the answers under way, at most the request timeout. */
  async stop(): Promise<void> {
    await this.generator.stop();
    this.endedLocal = performance.now();
  }

  private sample(snapshot: Snapshot | undefined): LoadSample {
    const now = performance.now();
    const { requests, errors, errorsByKind, p50, p90, p99, max, histogram } = this.recorder.takeWindow();
    const lasted = Math.max(0.001, (now - this.windowAt) / 1000);
    this.windowAt = now;
    const service = snapshot?.service;
    return {
      at: new Date(this.context.aws.clock.now()).toISOString(),
      seconds: Math.round(this.elapsedMs / 100) / 10,
      lasted: Math.round(lasted * 1000) / 1000,
      requests,
      errors,
      errorsByKind,
      rps: Math.round(requests / lasted),
      p50,
      p90,
      p99,
      max,
      histogram,
      cpu: service?.cpuPercent ?? null,
      desired: service?.desired ?? null,
      running: service?.running ?? null,
      pending: service?.pending ?? null,
    };
  }

  /** Behind a load balancer a new task answers as soon as that finds it healthy. */
  private countHealthy(snapshot: Snapshot): void {
    if (!snapshot.balancer || !isBalanced(snapshot, this.plan.spread)) return;
    const { healthy } = snapshot.balancer;
    for (let known = this.healthy ?? healthy; known < healthy; known++) this.noteFirstAnswer();
    this.healthy = Math.max(this.healthy ?? 0, healthy);
  }

  private noteFirstAnswer(): void {
    this.firstAnswers.push(Math.round(this.elapsedMs / 1000));
  }
}
