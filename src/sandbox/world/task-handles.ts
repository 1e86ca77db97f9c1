import { type ContainerSpec, type RunningContainer, RuntimeError } from "../runtime/runtime.ts";
import type { World } from "./world.ts";

/** One container of a task as it lives on this computer. Kept out of the store: after a restart it is started again. */
export interface LiveContainer {
  readonly name: string;
  state: "starting" | "running" | "failed" | "exited";
  container?: RunningContainer | undefined;
  error?: { code: string; message: string } | undefined;
  exit?: { exitCode: number; reason?: string } | undefined;
  /** Output not yet handed to CloudWatch Logs. */
  lines: { at: Date; message: string }[];
  /** What its health check has come to. */
  health?: { nextAt: number; failures: number; passed: boolean; checking: boolean } | undefined;
  stopping?: { graceSeconds: number } | undefined;
  /** The last measurement, for the difference to the next. */
  measured?: { cpuSeconds: number; at: number } | undefined;
}

/** Lines kept between two passes; a container that writes faster loses its oldest. */
const maxLines = 2000;

const worlds = new WeakMap<World, Map<string, LiveContainer[]>>();

function table(world: World): Map<string, LiveContainer[]> {
  const existing = worlds.get(world);
  if (existing) return existing;
  const made = new Map<string, LiveContainer[]>();
  worlds.set(world, made);
  return made;
}

/** The live containers of a task; undefined when nothing was started in this process. */
export const liveContainers = (world: World, taskId: string): LiveContainer[] | undefined => table(world).get(taskId);

export type StartSpec = Omit<ContainerSpec, "onLog" | "onExit">;

/** Starts a task's containers on the world's runtime. What comes of it is read from the handles by the next passes. */
export function startContainers(world: World, taskId: string, specs: readonly StartSpec[]): void {
  table(world).set(
    taskId,
    specs.map((spec) => startOne(world, spec)),
  );
}

function startOne(world: World, spec: StartSpec): LiveContainer {
  const live: LiveContainer = { name: spec.containerName, state: "starting", lines: [] };
  const full: ContainerSpec = {
    ...spec,
    onLog: (message) => {
      live.lines.push({ at: world.clock.date(), message });
      if (live.lines.length > maxLines) live.lines.shift();
    },
    onExit: (exit) => {
      live.exit = exit;
      live.state = "exited";
    },
  };
  world.runtime.start(full).then(
    (container) => {
      live.container = container;
      if (live.state === "starting") live.state = "running";
      if (live.stopping) end(live, live.stopping.graceSeconds);
    },
    (error: unknown) => {
      live.state = "failed";
      live.error = describeFailure(error);
    },
  );
  return live;
}

function describeFailure(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof RuntimeError ? error.code : "CannotStartContainerError", message };
}

/** Asks every container of the task to end; `graceSeconds` are real seconds. */
export function stopContainers(world: World, taskId: string, graceSeconds: number): void {
  for (const live of table(world).get(taskId) ?? []) {
    if (live.stopping || live.state === "exited" || live.state === "failed") continue;
    live.stopping = { graceSeconds };
    if (live.container) end(live, graceSeconds);
  }
}

function end(live: LiveContainer, graceSeconds: number): void {
  const gone = (reason?: string) => {
    live.state = "exited";
    live.exit ??= { exitCode: 137, ...(reason === undefined ? {} : { reason }) };
  };
  live.container?.stop(graceSeconds).then(
    () => gone(),
    (error: unknown) => gone(error instanceof Error ? error.message : String(error)),
  );
}

/** True when nothing of the task runs here any more (or ever did). */
export function haveEnded(world: World, taskId: string): boolean {
  return (table(world).get(taskId) ?? []).every((live) => live.state === "exited" || live.state === "failed");
}

export function forgetContainers(world: World, taskId: string): void {
  table(world).delete(taskId);
}
