import type { Fault } from "./cross-check.ts";
import { parseDuration } from "./duration.ts";
import type { Config } from "./schema.ts";

/** Memory in MiB that Fargate has for each number of CPU units: smallest, largest, step (Fargate, "Task CPU and memory"). */
const sizes: Readonly<Record<number, { from: number; to: number; step: number }>> = {
  256: { from: 512, to: 2048, step: 512 },
  512: { from: 1024, to: 4096, step: 1024 },
  1024: { from: 2048, to: 8192, step: 1024 },
  2048: { from: 4096, to: 16_384, step: 1024 },
  4096: { from: 8192, to: 30_720, step: 1024 },
  8192: { from: 16_384, to: 61_440, step: 4096 },
  16384: { from: 32_768, to: 122_880, step: 8192 },
};

/** 256 CPU units go with 512, 1024 and 2048 MiB: the one row that has no steady step. */
const fits = (cpu: number, memory: number): boolean => {
  const size = sizes[cpu];
  if (!size || (cpu === 256 && memory === 1536)) return false;
  return memory >= size.from && memory <= size.to && (memory - size.from) % size.step === 0;
};

/** Why Fargate has no task of that size, for whoever chooses one; undefined when it has. Without memory, cpu alone counts. */
export function fargateSizeProblem(cpu: number, memory?: number): string | undefined {
  const size = sizes[cpu];
  if (!size) return `Fargate has ${Object.keys(sizes).join(", ")}`;
  if (memory === undefined || fits(cpu, memory)) return undefined;
  if (cpu === 256) return "with 256 cpu units Fargate has 512, 1024 and 2048";
  return `with ${cpu} cpu units Fargate has ${size.from} to ${size.to} in steps of ${size.step}`;
}

/** What Fargate and load balancers cannot be, as far as that is certain without asking AWS. */
export function checkFargate(config: Config): Fault[] {
  return [...checkSize(config), ...checkBalancer(config)];
}

function checkSize({ service, task }: Config): Fault[] {
  if (service.launchType !== "FARGATE") return [];
  const faults: Fault[] = [];
  if (!fits(task.cpu, task.memory)) {
    const size = sizes[task.cpu];
    const expected = size
      ? `another memory: ${fargateSizeProblem(task.cpu, task.memory)}`
      : `cpu to be one of ${Object.keys(sizes).join(", ")}`;
    faults.push({
      path: ["task", size ? "memory" : "cpu"],
      code: "NoFargateSize",
      message: `task: found cpu ${task.cpu} and memory ${task.memory}, expected ${expected}`,
      hint: "Fargate has fixed sizes: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html",
    });
  }
  if (![0, task.container.port].includes(task.container.hostPort))
    faults.push({
      path: ["task", "container", "hostPort"],
      code: "InvalidValue",
      message: `task.container.hostPort: found ${task.container.hostPort}, expected ${task.container.port}: on Fargate a task has an address of its own`,
      hint: "Leave hostPort out.",
    });
  return faults;
}

function checkBalancer({ loadBalancer }: Config): Fault[] {
  if (!loadBalancer) return [];
  const { interval, timeout } = loadBalancer.healthCheck;
  const [every = 30, within = 5] = [parseDuration(interval), parseDuration(timeout)];
  const path = ["loadBalancer", "healthCheck"];
  if (every < 5 || every > 300)
    return [
      {
        path: [...path, "interval"],
        code: "OutOfRange",
        message: `loadBalancer.healthCheck.interval: found ${interval}, expected 5s to 300s`,
      },
    ];
  if (within < every && within >= 2) return [];
  return [
    {
      path: [...path, "timeout"],
      code: "OutOfRange",
      message: `loadBalancer.healthCheck.timeout: found ${timeout}, expected at least 2s and less than the interval of ${interval}`,
    },
  ];
}
