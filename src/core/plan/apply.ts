import type { Emit } from "../events.ts";
import { decideStep, isPending, type Action, type Plan, type Readings, type Step } from "./build.ts";
import type { Node, Outputs } from "./graph.ts";
import type { Journal } from "./journal.ts";
import { unknownValue, type LiveParts } from "./resource.ts";

export interface StepResult {
  id: string;
  resource: string;
  action: Action;
  /** Of the server's time. */
  seconds: number;
}

/** Runs an action again while its error is one that passes by itself; comes from core/wait, where all sleeping is. */
export type Retry = <T>(title: string, passing: (error: Error) => boolean, action: () => Promise<T>) => Promise<T>;

export interface ApplyOptions {
  /** The server's time in ms. */
  now: () => number;
  emit: Emit;
  /** Aborted: what is in flight is finished and journalled, nothing else starts. */
  signal: AbortSignal;
  /** Without one, an interrupted run is not told about at the next. */
  journal?: Journal | undefined;
  retry: Retry;
  app: string;
  adopt: boolean;
}

export interface Applied {
  steps: StepResult[];
  /** What there is now, by node id. */
  readings: Map<string, LiveParts | undefined>;
}

/**
 * Carries a plan out: independent steps side by side, each reading again first. After a failure or an abort nothing
 * new starts, what is in flight ends, and the first error is thrown.
 */
export async function applyPlan(
  nodes: readonly Node[],
  plan: Plan,
  readings: Readings,
  options: ApplyOptions,
): Promise<Applied> {
  const run = new Run(nodes, plan, readings, options);
  await run.all();
  return { steps: run.results, readings: run.readings };
}

class Run {
  readonly results: StepResult[] = [];
  readonly readings: Map<string, LiveParts | undefined>;
  private readonly nodes: Map<string, Node>;
  private readonly plan: Plan;
  private readonly options: ApplyOptions;
  private readonly running = new Map<string, Promise<boolean>>();
  private failure: { error: unknown } | undefined;

  constructor(nodes: readonly Node[], plan: Plan, readings: Readings, options: ApplyOptions) {
    this.nodes = new Map(nodes.map((node) => [node.id, node]));
    this.plan = plan;
    this.options = options;
    this.readings = new Map(readings);
  }

  async all(): Promise<void> {
    await Promise.all(this.plan.steps.map((step) => this.once(step)));
    if (this.failure) throw this.failure.error;
    this.options.signal.throwIfAborted();
  }

  /** The outcome of a step: false when it was not done, so that what needs it does not start. */
  private once(step: Step): Promise<boolean> {
    const existing = this.running.get(step.id);
    if (existing) return existing;
    const started = this.afterNeeds(step);
    this.running.set(step.id, started);
    return started;
  }

  private async afterNeeds(step: Step): Promise<boolean> {
    const needed = this.plan.steps.filter((other) => step.needs.includes(other.id));
    const ready = await Promise.all(needed.map((other) => this.once(other)));
    if (ready.includes(false) || this.failure || this.options.signal.aborted) return false;
    const node = this.nodes.get(step.id);
    if (!node) throw new Error(`The plan has a step ${step.id} that the graph does not know.`);
    if (!isPending(step, this.options.adopt)) return this.record(step, step.action, 0);
    return this.perform(node, step);
  }

  private async perform(node: Node, planned: Step): Promise<boolean> {
    const { now, emit, journal } = this.options;
    const from = now();
    const event = { type: "step", id: node.id, title: node.title, action: planned.action } as const;
    emit({ ...event, status: "started" });
    journal?.mark(node.id, planned.action, "started");
    try {
      const action = await this.options.retry(node.title, node.passing, () => this.act(node));
      const seconds = Math.max(0, Math.round((now() - from) / 100) / 10);
      journal?.mark(node.id, action, "done");
      emit({ ...event, action, status: action === "keep" ? "skipped" : "done", seconds });
      return this.record(planned, action, seconds);
    } catch (error) {
      this.failure ??= { error };
      // Stopped while it waited to try again: that is no failure, and stays open in the journal.
      if (error === this.options.signal.reason) return false;
      journal?.mark(node.id, planned.action, "failed");
      emit({ ...event, status: "failed", detail: error instanceof Error ? error.message : String(error) });
      return false;
    }
  }

  /** Reads again, decides again, does it. What somebody else (or a run that was killed) has done already is kept. */
  private async act(node: Node): Promise<Action> {
    const { app, adopt } = this.options;
    const live = await node.read();
    this.readings.set(node.id, live);
    const step = decideStep(node, live, this.outputs, app);
    if (!isPending(step, adopt)) return step.action;
    if (step.action === "delete" || step.action === "replace") {
      if (live) await node.delete(live);
      this.readings.set(node.id, undefined);
    }
    if (step.action === "create" || step.action === "replace") {
      this.readings.set(node.id, await node.create(this.outputs));
    } else if (live && step.action !== "delete") {
      this.readings.set(node.id, await node.update(this.outputs, live, step.changes));
    }
    return step.action;
  }

  private readonly outputs: Outputs = (id, name) => this.readings.get(id)?.outputs?.[name] ?? unknownValue;

  private record(step: Step, action: Action, seconds: number): boolean {
    this.results.push({ id: step.id, resource: step.resource, action, seconds });
    return true;
  }
}
