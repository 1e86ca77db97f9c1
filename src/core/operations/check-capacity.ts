import type { Config } from "../config/schema.ts";
import { configError } from "../errors.ts";
import type { InstanceTypeFacts } from "../resources/surroundings.ts";

/** The kernel and the ECS agent keep some memory: an instance registers a little over nine tenths of its type's. */
const registeredShare = 0.93;

/**
 * Whether the instances can hold the tasks. Throws a configuration error with the figures when one task fits no
 * instance; otherwise warns when the scaling maximum (or the number `asked`) can never be reached, with what fits.
 */
export function checkCapacity(config: Config, facts: InstanceTypeFacts, asked = findMost(config)): string[] {
  const { capacity } = config.cluster;
  if (!capacity) return [];
  const { cpu, memory, container } = config.task;
  const { instanceType } = capacity;
  refuse("cpu", cpu, facts.cpu, "CPU units", instanceType);
  refuse("memory", memory, facts.memoryMiB, "MiB", instanceType);
  const usable = Math.floor(facts.memoryMiB * registeredShare);
  const perInstance = Math.min(
    Math.floor(facts.cpu / cpu),
    Math.floor(usable / memory),
    container.hostPort === 0 ? Infinity : 1,
  );
  if (perInstance === 0)
    return [
      `task.memory ${memory} MiB may not fit a ${instanceType}: of its ${facts.memoryMiB} MiB about ${usable} are left for tasks`,
    ];
  const most = perInstance * capacity.max;
  const { name, tasks: wanted } = asked;
  if (wanted <= most) return [];
  const instances = `${capacity.max} instance${capacity.max === 1 ? "" : "s"}`;
  return [
    `${name} ${wanted} can never be reached: ${instances} (cluster.capacity.max) hold at most ${most} tasks, ${describeLimit(config, facts, perInstance)}; ${wanted - most} too many: ${name} ${most} fits, or cluster.capacity.max ${Math.ceil(wanted / perInstance)}`,
  ];
}

/** A number of tasks, and what asks for it. */
interface Wish {
  name: string;
  tasks: number;
}

/** The most tasks that anything asks for, and what does; a schedule may raise the maximum for its time. */
function findMost({ scaling, service }: Config): Wish {
  if (!scaling) return { name: "service.desiredCount", tasks: service.desiredCount };
  const scheduled = scaling.policies.map(({ name, max = 0 }) => ({ name: `${name}.max`, tasks: max }));
  return scheduled.reduce((a, b) => (b.tasks > a.tasks ? b : a), { name: "scaling.max", tasks: scaling.max });
}

/** What a further task on an instance would lack: cpu, memory or the host port. */
function describeLimit({ task, cluster }: Config, facts: InstanceTypeFacts, perInstance: number): string {
  const { cpu, memory, container } = task;
  const usable = Math.floor(facts.memoryMiB * registeredShare);
  const next = perInstance + 1;
  const lacks = [
    ...(cpu * next > facts.cpu ? [`${cpu * next - facts.cpu} CPU units`] : []),
    ...(memory * next > usable ? [`${memory * next - usable} MiB memory`] : []),
    ...(container.hostPort === 0 ? [] : [`another host port ${container.hostPort}`]),
  ];
  return `${perInstance} on each ${cluster.capacity?.instanceType} (one more lacks ${lacks.join(" and ")})`;
}

function refuse(field: "cpu" | "memory", wanted: number, there: number, unit: string, type: string): void {
  if (wanted <= there) return;
  throw configError({
    code: "TaskDoesNotFit",
    message: `task.${field} is ${wanted} ${unit}, but a ${type} has ${there}: the task fits no instance.`,
    hint: `Lower task.${field} to ${there} or less, or choose a larger cluster.capacity.instanceType.`,
  });
}
