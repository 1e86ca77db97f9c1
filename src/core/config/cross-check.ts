import { checkContainer } from "./check-container.ts";
import { checkAlarms } from "./check-alarms.ts";
import { checkFargate } from "./check-fargate.ts";
import { checkNetwork } from "./check-network.ts";
import { checkLimits } from "./check-limits.ts";
import { checkPolicies } from "./check-policies.ts";
import { findPlace } from "./apply-schema.ts";
import type { Path, Tree } from "./document.ts";
import { readInstanceSize } from "./instance-size.ts";
import type { Problem } from "./problems.ts";
import type { Config } from "./schema.ts";

export type Fault = { path: Path; code: string; message: string; hint?: string };

/** What no single value can show: values that contradict each other. Only what is certain without asking AWS. */
export function crossCheck(config: Config, tree: Tree): Problem[] {
  const faults = [
    ...checkRanges(config),
    ...checkFit(config),
    ...checkPolicies(config),
    ...checkRetention(config),
    ...checkFargate(config),
    ...checkNetwork(config),
    ...checkLimits(config),
    ...checkAlarms(config),
    ...checkContainer(config),
  ];
  return faults.map(({ path, ...rest }) => ({ ...rest, at: findPlace(tree, path).value }));
}

function checkRanges({ scaling, cluster: { capacity }, service }: Config): Fault[] {
  const faults: Fault[] = [];
  const check = (path: Path, min: number, max: number): void => {
    if (min <= max) return;
    const name = path.slice(0, -1).join(".");
    faults.push({
      path,
      code: "MinAboveMax",
      message: `${name}: found min ${min} above max ${max}, expected min to be at most max`,
      hint: `Lower ${name}.min or raise ${name}.max.`,
    });
  };
  if (scaling) check(["scaling", "min"], scaling.min, scaling.max);
  if (capacity) check(["cluster", "capacity", "min"], capacity.min, capacity.max);
  if (service.minimumHealthyPercent >= service.maximumPercent)
    faults.push({
      path: ["service", "maximumPercent"],
      code: "NoRoomForRollout",
      message: `service: found minimumHealthyPercent ${service.minimumHealthyPercent} and maximumPercent ${service.maximumPercent}, expected room between them`,
      hint: "A rollout must be able to start a new task or to stop an old one: maximumPercent: 200",
    });
  return faults;
}

function checkFit({ cluster: { capacity }, task }: Config): Fault[] {
  const size = capacity && readInstanceSize(capacity.instanceType);
  if (!size) return [];
  const { instanceType } = capacity;
  const faults: Fault[] = [];
  if (task.cpu > size.cpu)
    faults.push({
      path: ["task", "cpu"],
      code: "DoesNotFit",
      message: `task.cpu: found ${task.cpu}, expected at most ${size.cpu}, all that a ${instanceType} has`,
      hint: `Lower task.cpu, or choose a larger cluster.capacity.instanceType.`,
    });
  // The system and the agent keep a part of the memory, so all of it never fits.
  if (task.memory >= size.memory)
    faults.push({
      path: ["task", "memory"],
      code: "DoesNotFit",
      message: `task.memory: found ${task.memory}, expected less than ${size.memory} MiB, all that a ${instanceType} has`,
      hint: `Lower task.memory, or choose a larger cluster.capacity.instanceType.`,
    });
  return faults;
}

/** The values that PutRetentionPolicy of CloudWatch Logs accepts. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function checkRetention({ task }: Config): Fault[] {
  const days = task.logs.retentionDays;
  if (retentions.includes(days)) return [];
  const next = retentions.find((value) => value > days) ?? 3653;
  return [
    {
      path: ["task", "logs", "retentionDays"],
      code: "InvalidValue",
      message: `task.logs.retentionDays: found ${days}, expected one of ${retentions.join(", ")}`,
      hint: `CloudWatch Logs keeps events for fixed spans; the next longer one is ${next}.`,
    },
  ];
}
