import { parseDuration } from "../config/duration.ts";
import { readInstanceSize } from "../config/instance-size.ts";
import type { Config } from "../config/schema.ts";
import { usageError } from "../errors.ts";
import { tasksPerInstance } from "../pricing/task-hour.ts";
import type { GroupModel, Model, Sourced } from "../rehearsal/model.ts";
import type { Measurements } from "./measure-service.ts";
import type { ReadLoad, RehearsalOptions } from "./rehearsal-options.ts";

/** One parameter of the model as it is printed. */
export interface Parameter {
  name: string;
  value: number | string;
  unit: string;
  source: string;
}

export interface BuiltModel {
  model: Model;
  parameters: Parameter[];
}

export interface ModelFacts {
  load: ReadLoad;
  config: Config | undefined;
  measured: Measurements;
  /** Whether a policy looks at memory. */
  memory: boolean;
}

/** Without anything better; from what starts of small images and of ECS-optimized AMIs take. */
const assumed = { taskStart: { EC2: 15, FARGATE: 40 }, boot: 90, metricDelay: 5, taskStop: 5, memory: "30..30" };

/** Puts the model together: a flag first, then what was measured, then the configuration, then an assumption. */
export function buildModel(options: RehearsalOptions, facts: ModelFacts): BuiltModel {
  const parameters: Parameter[] = [];
  const note = <T extends number | string>(name: string, unit: string, { value, source }: Sourced<T>): T => {
    parameters.push({ name, value, unit, source });
    return value;
  };
  const { config, load, measured } = facts;
  const launchType = config?.service.launchType === "FARGATE" ? "FARGATE" : "EC2";
  const rate = load.curve.unit === "%" ? "%" : "requests/s";
  const model: Model = {
    capacityPerTask: note("capacity of a task", rate, findCapacity(options, facts)),
    taskStart: note(
      "task start",
      "s",
      flag(options.taskStart, "--task-start") ?? measured.taskStart ?? sure(assumed.taskStart[launchType]),
    ),
    taskStop: assumed.taskStop,
    metricDelay: note(
      "delay of metrics",
      "s",
      flag(options.metricDelay, "--metric-delay") ?? sure(assumed.metricDelay),
    ),
    memory: { idle: 0, full: 0 },
    tasks: note("tasks at the start", "", findTasks(options, facts)),
    group: describeGroup(options, facts, note),
  };
  if (facts.memory) model.memory = readMemory(note("memory, idle to busy", "%", findMemory(options, measured)));
  return { model, parameters };
}

type Note = <T extends number | string>(name: string, unit: string, sourced: Sourced<T>) => T;

const flag = <T>(value: T | undefined, name: string): Sourced<T> | undefined =>
  value === undefined ? undefined : { value, source: name };
const sure = <T>(value: T): Sourced<T> => ({ value, source: "assumed" });

function findCapacity({ capacity }: RehearsalOptions, { load, measured }: ModelFacts): Sourced<number> {
  if (load.curve.unit === "%") return { value: 100, source: "the load is in percent of a task" };
  const found = flag(capacity, "--capacity") ?? load.capacity ?? measured.capacity;
  if (found) return { ...found, value: Number(found.value.toPrecision(4)) };
  throw usageError({
    code: "CapacityUnknown",
    message: "How many requests a second one task can do is not known.",
    why: "The load is in requests a second; what it means for the CPU depends on the task.",
    hint: "Say it: --capacity 200rps (what one task does at 100 % of its CPU)\nOr take it from a load test: --from-report run.json\nOr measure it where a load balancer counts requests: --measure\nOr give the load in percent of a task: --load 'ramp 0..400% over 10m'",
  });
}

function findTasks(options: RehearsalOptions, { load, config, measured }: ModelFacts): Sourced<number> {
  return (
    flag(options.tasks, "--tasks") ??
    (load.tasks === undefined ? undefined : { value: load.tasks, source: "as many as ran then" }) ??
    measured.tasks ??
    (config ? { value: config.service.desiredCount, source: "service.desiredCount" } : sure(1))
  );
}

function findMemory({ memory }: RehearsalOptions, { memory: mean }: Measurements): Sourced<string> {
  if (memory !== undefined && !/^\d+(\.\d+)?\.\.\d+(\.\d+)?$/.test(memory))
    throw usageError({
      code: "InvalidMemory",
      message: `--memory ${memory}: expected percent of an idle task and of a busy one.`,
      hint: "For example: --memory 20..60",
    });
  const found = mean && { value: `${Math.round(mean.value)}..${Math.round(mean.value)}`, source: mean.source };
  return flag(memory, "--memory") ?? found ?? sure(assumed.memory);
}

function readMemory(text: string): Model["memory"] {
  const [idle = 0, full = 0] = text.split("..").map(Number);
  return { idle, full };
}

/** Undefined on Fargate, and where nothing is said of instances. */
function describeGroup(
  options: RehearsalOptions,
  { config, measured }: ModelFacts,
  note: Note,
): GroupModel | undefined {
  const capacity = config?.service.launchType === "FARGATE" ? undefined : config?.cluster.capacity;
  const instances = findInstances(options, config);
  if (!instances) return undefined;
  const [min = 0, max = 0] = note("instances", "", instances).split("..").map(Number);
  const fit = config && capacity ? tasksPerInstance(config) : undefined;
  const perInstance =
    flag(options.tasksPerInstance, "--tasks-per-instance") ??
    (fit === undefined ? sure(1) : { value: fit, source: `${capacity?.instanceType} and task.cpu, task.memory` });
  const size = capacity && readInstanceSize(capacity.instanceType);
  return {
    min,
    max,
    tasksPerInstance: note("tasks on an instance", "", perInstance),
    cpuShares: config && size ? size.cpu / config.task.cpu : perInstance.value,
    boot: note("instance boot", "s", flag(options.boot, "--boot") ?? measured.boot ?? sure(assumed.boot)),
    // What `deploy` asks for unless the file says otherwise.
    warmUp: parseDuration(capacity?.instanceWarmup ?? "60s") ?? 60,
    targetCapacity: capacity?.targetCapacity ?? 100,
    managed: (capacity?.managedScaling ?? true) && config?.service.launchType !== "EC2",
  };
}

function findInstances({ instances }: RehearsalOptions, config: Config | undefined): Sourced<string> | undefined {
  if (instances !== undefined) {
    const [, min, max] = /^(\d+)\.\.(\d+)$/.exec(instances) ?? [];
    if (min !== undefined && Number(min) <= Number(max) && Number(max) > 0)
      return { value: instances, source: "--instances" };
    throw usageError({
      code: "InvalidInstances",
      message: `--instances ${instances}: expected the fewest and the most.`,
      hint: "For example: --instances 1..5",
    });
  }
  const capacity = config?.service.launchType === "FARGATE" ? undefined : config?.cluster.capacity;
  return capacity && { value: `${capacity.min}..${capacity.max}`, source: "cluster.capacity" };
}
