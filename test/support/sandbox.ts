import { tmpdir } from "node:os";
import { setImmediate } from "node:timers/promises";
import { Aws } from "../../src/core/aws/aws.ts";
import type { Context } from "../../src/core/context.ts";
import type { Event } from "../../src/core/events.ts";
import type { Faults } from "../../src/sandbox/faults.ts";
import { NoRuntime } from "../../src/sandbox/runtime/none.ts";
import type { Runtime } from "../../src/sandbox/runtime/runtime.ts";
import { Sandbox } from "../../src/sandbox/sandbox.ts";
import { leap } from "../../src/sandbox/world/leap.ts";
import type { Region, World } from "../../src/sandbox/world/world.ts";

export interface TestSandbox {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly world: World;
  /** us-east-1. */
  readonly region: Region;
  readonly log: string[];
  /** What goes wrong on purpose. */
  readonly faults: Faults;
  /** Moves a stepped world on second by second, letting what each second started (tasks, pulls) come to an end. */
  advance(seconds: number): Promise<void>;
  /** Moves a stepped world on with no pass where nothing can happen: hours in milliseconds. */
  leap(seconds: number): Promise<void>;
  /** A core client of the sandbox. */
  aws(region?: string): Aws;
  /** A context for operations; its events are collected in `events`. */
  context(options?: { signal?: AbortSignal; stateDir?: string; region?: string }): Context & { events: Event[] };
  close(): Promise<void>;
}

export interface TestSandboxOptions {
  speed?: number;
  /** Default: true. */
  stepped?: boolean;
  /** Default: `NoRuntime`. */
  runtime?: Runtime;
  stateDir?: string;
}

export const fakeCredentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };

/** A sandbox of the test's own, in this process, on a free port. Stepped unless a speed is given. */
export async function startSandbox(options: TestSandboxOptions = {}): Promise<TestSandbox> {
  const { speed, stepped = speed === undefined, runtime = new NoRuntime(), stateDir } = options;
  const log: string[] = [];
  const sandbox = await Sandbox.start({
    speed,
    stepped,
    stateDir,
    makeRuntime: () => runtime,
    log: (message) => log.push(message),
  });
  const aws = (region = "us-east-1") => new Aws({ region, endpoint: sandbox.url, credentials: fakeCredentials });
  return {
    url: sandbox.url,
    log,
    get faults() {
      return sandbox.faults;
    },
    get world() {
      return sandbox.world;
    },
    get region() {
      return sandbox.world.region("us-east-1");
    },
    advance: (seconds) => advance(sandbox.world, seconds),
    leap: (seconds) => leap(sandbox.world, seconds, () => setImmediate()),
    aws,
    context: ({ signal = new AbortController().signal, stateDir: contextDir = tmpdir(), region } = {}) => {
      const events: Event[] = [];
      const emit = (event: Event) => void events.push(event);
      return { aws: aws(region), emit, events, signal, stateDir: contextDir, env: {} };
    },
    close: () => sandbox.close(),
  };
}

async function advance(world: World, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    world.step(1);
    await setImmediate();
  }
}
