import { existsSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { type AttackListener, type AttackPlan, Attacker } from "./attacker.ts";
import type { Recorder } from "./recorder.ts";
import { type SelfFigures, SelfWatch } from "./self-watch.ts";
import type { Target } from "./target-set.ts";
import type { FromThread, ToThread } from "./thread-messages.ts";

/** A load on its way, in this thread or in several. Everything it counts arrives in the recorder. */
export interface Generator {
  readonly threads: number;
  /** Resolves when all has been sent and has ended. */
  readonly done: Promise<void>;
  setTargets(targets: readonly Target[]): void;
  /** No further requests; resolves when those under way have ended, at the latest after their limit. */
  stop(): Promise<void>;
  /** Forgets what was counted: a warm-up has ended. */
  reset(): void;
  /** How the threads themselves are doing, one each. */
  self(): SelfFigures[];
}

/** Begins a load; one thread is this one. */
export function openGenerator(
  plan: AttackPlan,
  threads: number,
  recorder: Recorder,
  listener: AttackListener = {},
): Generator {
  const many = plan.loop.kind === "closed" ? Math.min(threads, plan.loop.connections) : threads;
  return many > 1
    ? new ThreadedGenerator(splitPlan(plan, many), recorder, listener)
    : openHere(plan, recorder, listener);
}

/** The parts that so many threads send side by side; together they are the plan. */
export function splitPlan(plan: AttackPlan, threads: number): AttackPlan[] {
  const share = (whole: number, index: number) => Math.floor(whole / threads) + (index < whole % threads ? 1 : 0);
  const { loop, limit, maxRps } = plan;
  return Array.from({ length: threads }, (_, index) =>
    loop.kind === "open"
      ? // The schedule stays whole, limit and all; each takes its turn in it.
        {
          ...plan,
          loop: {
            ...loop,
            maxInFlight: Math.max(1, share(loop.maxInFlight, index)),
            part: { index, count: threads },
          },
        }
      : {
          ...plan,
          limit: limit === undefined ? undefined : share(limit, index),
          maxRps: maxRps === undefined ? undefined : maxRps / threads,
          loop: { ...loop, connections: share(loop.connections, index) },
        },
  );
}

function openHere(plan: AttackPlan, recorder: Recorder, listener: AttackListener): Generator {
  const attacker = new Attacker(plan, recorder, listener);
  const watch = new SelfWatch();
  void attacker.done.then(() => watch.close());
  return {
    threads: 1,
    done: attacker.done,
    setTargets: (targets) => attacker.setTargets(targets),
    stop: () => attacker.stop(),
    reset() {
      recorder.reset();
      watch.reset();
    },
    self: () => [watch.figures()],
  };
}

class ThreadedGenerator implements Generator {
  readonly threads: number;
  readonly done: Promise<void>;
  private readonly recorder: Recorder;
  private readonly listener: AttackListener;
  private readonly workers: Worker[];
  private readonly figures: SelfFigures[] = [];
  /** Threads that have yet to say that they have forgotten their warm-up. */
  private readonly warm = new Set<Worker>();

  constructor(plans: readonly AttackPlan[], recorder: Recorder, listener: AttackListener) {
    this.recorder = recorder;
    this.listener = listener;
    this.threads = plans.length;
    this.workers = plans.map((plan) => new Worker(threadFile(), { workerData: plan }));
    this.done = Promise.all(this.workers.map((worker, index) => this.follow(worker, index))).then(() => {});
  }

  setTargets(targets: readonly Target[]): void {
    this.tellAll({ kind: "targets", targets });
  }

  async stop(): Promise<void> {
    this.tellAll({ kind: "stop" });
    await this.done;
  }

  reset(): void {
    for (const worker of this.workers) this.warm.add(worker);
    this.recorder.reset();
    this.tellAll({ kind: "reset" });
  }

  self(): SelfFigures[] {
    return this.figures;
  }

  private tellAll(message: ToThread): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has no origin
    for (const worker of this.workers) worker.postMessage(message);
  }

  private follow(worker: Worker, index: number): Promise<void> {
    return new Promise((resolve, reject) => {
      worker.on("error", reject);
      worker.on("exit", () => resolve());
      worker.on("message", (message: FromThread) => {
        if (message.kind === "lost") this.listener.onLost?.(message.target);
        else if (message.kind === "reset") this.warm.delete(worker);
        else if (message.kind === "slice" && !this.warm.has(worker)) {
          this.recorder.addSlice(message.slice);
          this.figures[index] = message.self;
        }
      });
    });
  }
}

/** The thread's file: beside this one in a checkout, in `core/loadtest/` of the bundle in a release. */
function threadFile(): string {
  const name = import.meta.filename.endsWith(".ts") ? "thread.ts" : "thread.js";
  const beside = path.join(import.meta.dirname, name);
  if (existsSync(beside)) return beside;
  for (let dir = import.meta.dirname; dir !== path.dirname(dir); dir = path.dirname(dir)) {
    const file = path.join(dir, "core", "loadtest", name);
    if (existsSync(file)) return file;
  }
  throw new Error(`core/loadtest/${name} is missing from this installation`);
}
