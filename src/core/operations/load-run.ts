import type { Context } from "../context.ts";
import { Attacker } from "../loadtest/attacker.ts";
import { closedLoop } from "../loadtest/pacer.ts";
import { probe } from "../loadtest/probe.ts";
import { Recorder } from "../loadtest/recorder.ts";
import { type CountChange, findChanges, type LoadSample } from "../loadtest/report.ts";
import { type Target, TargetSet } from "../loadtest/target-set.ts";
import type { Snapshot } from "../observe/snapshot.ts";
import type { LoadPlan } from "./loadtest-options.ts";

/** The tasks that should get load: running, meant to go on running, and reachable. */
export function targetsOf(snapshot: Snapshot): Target[] {
  return snapshot.tasks.flatMap((task) =>
    task.lastStatus === "RUNNING" && task.desiredStatus === "RUNNING" && task.url
      ? [{ task: task.id, url: task.url }]
      : [],
  );
}

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
  alarmAfterSeconds: number | null = null;
  last: Snapshot | undefined;
  private readonly context: Context;
  private readonly attacker: Attacker;
  private readonly targets: TargetSet;
  private readonly startedAt: number;
  private readonly startedLocal = performance.now();
  private windowAt = this.startedLocal;
  private endedLocal: number | undefined;

  constructor(context: Context, plan: LoadPlan, first: readonly Target[]) {
    this.context = context;
    this.startedAt = context.aws.clock.now();
    const { connections, timeoutMs, request } = plan;
    this.attacker = new Attacker({
      connections,
      timeoutMs,
      request,
      recorder: this.recorder,
      pacer: closedLoop(plan.requests),
      onLost: (target) => this.targets.lose(target),
    });
    this.targets = new TargetSet({
      probe: async (target) => (await probe(target.url, request, timeoutMs)) === undefined,
      onChange: (targets) => this.attacker.setTargets(targets),
      onAdmitted: () => this.noteFirstAnswer(),
      graceMs,
    });
    this.targets.admit(first);
    this.firstAnswers.length = 0;
  }

  /** Resolves when every request of a limited number was sent. */
  get done(): Promise<void> {
    return this.attacker.done;
  }

  /** Local seconds under load. */
  get seconds(): number {
    return ((this.endedLocal ?? performance.now()) - this.startedLocal) / 1000;
  }

  /** How many targets share the load. */
  get answering(): number {
    return this.targets.targets.length;
  }

  /** Server ms since the load began. */
  get elapsedMs(): number {
    return this.context.aws.clock.now() - this.startedAt;
  }

  /** Changes of the desired count so far. */
  get changes(): CountChange[] {
    const settings = (this.last?.activities ?? []).map(({ at, description }) => ({
      seconds: Math.round((Date.parse(at) - this.startedAt) / 1000),
      to: Number(/^Setting desired count to (\d+)/.exec(description)?.[1] ?? Number.NaN),
    }));
    return findChanges(this.samples, settings);
  }

  /** Follows what was found just now, and takes one sample. Without a snapshot the service's fields are null. */
  observe(snapshot: Snapshot | undefined, follow: boolean): LoadSample {
    if (snapshot) {
      this.last = snapshot;
      this.noteAlarm(snapshot);
      if (follow) this.targets.update(targetsOf(snapshot));
    }
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
    await this.attacker.stop();
    this.endedLocal = performance.now();
  }

  private sample(snapshot: Snapshot | undefined): LoadSample {
    const now = performance.now();
    const { requests, errors, p50, p99 } = this.recorder.takeWindow();
    const seconds = Math.max(0.001, (now - this.windowAt) / 1000);
    this.windowAt = now;
    const service = snapshot?.service;
    return {
      at: new Date(this.context.aws.clock.now()).toISOString(),
      seconds: Math.round(this.elapsedMs / 1000),
      requests,
      errors,
      rps: Math.round(requests / seconds),
      p50,
      p99,
      cpu: service?.cpuPercent ?? null,
      desired: service?.desired ?? null,
      running: service?.running ?? null,
      pending: service?.pending ?? null,
    };
  }

  private noteFirstAnswer(): void {
    this.firstAnswers.push(Math.round(this.elapsedMs / 1000));
  }

  private noteAlarm(snapshot: Snapshot): void {
    if (this.alarmAfterSeconds !== null) return;
    const on = snapshot.alarms.find((alarm) => alarm.state === "ALARM" && alarm.comparison.startsWith("GreaterThan"));
    const since = on?.since ? Date.parse(on.since) : this.startedAt;
    if (on && since >= this.startedAt) this.alarmAfterSeconds = Math.round((since - this.startedAt) / 1000);
  }
}
