import type { Aws } from "../aws/aws.ts";
import { checkPolicies } from "../config/check-policies.ts";
import { parseDuration } from "../config/duration.ts";
import { flagOf, policyKeys } from "../config/policy-keys.ts";
import type { PolicyConfig } from "../config/scaling-schema.ts";
import type { Config } from "../config/schema.ts";
import { parseSteps } from "../config/policy-steps.ts";
import { nearest } from "../config/suggest.ts";
import type { Context } from "../context.ts";
import { usageError } from "../errors.ts";
import { readTasks } from "../observe/read-tasks.ts";
import { resolveMetric } from "../resources/scaling-metric.ts";
import { readSurroundings } from "../resources/surroundings.ts";
import { nextRunWithin, parseSchedule } from "../scaling/schedule.ts";
import { checkCapacity } from "./check-capacity.ts";

/** Refuses what cannot be, whoever is asked. Throws a usage error (exit 2) that names the flag. */
export function refuseFaults(config: Config, policy: PolicyConfig): void {
  const index = config.scaling?.policies.indexOf(policy) ?? -1;
  const [fault] = checkPolicies(config).filter(({ path }) => path[2] === index);
  if (fault) {
    const key = fault.path[3];
    const said = fault.message.replace(/^scaling\.policies\[\d+\](\.\w+)?: /, "");
    throw usageError({
      code: fault.code,
      message: `${key === undefined ? policy.name : key === "name" ? "NAME" : flagOf(String(key))}: ${said}.`,
      hint:
        fault.code === "WrongKey" ? `It takes ${policyKeys[policy.type].takes.map(flagOf).join(", ")}.` : fault.hint,
    });
  }
}

/** Refuses a schedule that never runs after `now` (ms, of AWS). Throws a usage error. */
export function refusePast({ schedule, timezone, start, end }: PolicyConfig, now: number): void {
  if (schedule === undefined) return;
  const at = new Date(now).toISOString().slice(0, 19);
  const refuse = (message: string): never => {
    throw usageError({
      code: "ScheduleInThePast",
      message,
      hint: `It is ${at}Z now. Give a moment that is still to come.`,
    });
  };
  if (end !== undefined && Date.parse(end) <= now) refuse(`--end ${end} has passed: the schedule would never run.`);
  const startsAt = start === undefined ? undefined : Date.parse(start);
  const parsed = parseSchedule(schedule, { from: startsAt ?? now, timeZone: timezone });
  const next = nextRunWithin(parsed, now, { startsAt });
  if (next === undefined)
    refuse(
      parsed.kind === "at"
        ? `--schedule ${schedule}: that moment has passed${timezone ? ` in ${timezone}` : ""}.`
        : `--schedule ${schedule} never runs from now on.`,
    );
  else if (end !== undefined && next > Date.parse(end))
    refuse(`--schedule ${schedule} runs next at ${new Date(next).toISOString()}, after --end ${end}.`);
}

/** What may keep a policy from doing what was meant: sentences with figures. Asks AWS what only AWS knows. */
export async function judgePolicy(context: Context, config: Config, policy: PolicyConfig): Promise<string[]> {
  const { aws } = context;
  const found = await Promise.all([
    judgeRoom(aws, config, policy),
    judgeCooldown(aws, config, policy),
    judgeMetrics(aws, config, policy),
  ]);
  return [...found.flat(), ...judgeSchedule(config, policy), ...judgeExact(config, policy)];
}

/** What other policies ask for was told when they were added. */
async function judgeRoom(aws: Aws, { scaling, ...others }: Config, policy: PolicyConfig): Promise<string[]> {
  const { capacity } = others.cluster;
  if (!capacity) return [];
  const { instanceType } = await readSurroundings(aws, { ...capacity, network: others.network });
  const config = { ...others, ...(scaling && { scaling: { ...scaling, policies: [policy] } }) };
  return [...checkCapacity(config, instanceType), ...judgeTarget(config, instanceType.cpu)];
}

/** On EC2 a task may use CPU that nobody reserved, up to all of its instance. */
function judgeTarget({ task, scaling }: Config, instanceCpu: number): string[] {
  const most = (100 * instanceCpu) / task.cpu;
  return (scaling?.policies ?? [])
    .filter(({ metric }) => metric === "cpu")
    .map((policy) => ({ name: policy.name, target: highestOf(policy) }))
    .filter(({ target }) => target >= 100)
    .map(({ name, target }) =>
      target >= most
        ? `${name}: ${target} % can never be reached: a task that reserves ${task.cpu} of ${instanceCpu} CPU units gets to ${Math.round(most)} % at most`
        : `${name}: ${target} % is only reached where instances have CPU that no task reserves; packed full, tasks stop at 100 %`,
    );
}

/** The highest figure at which a policy acts. */
function highestOf({ type, target = 0, steps = [] }: PolicyConfig): number {
  if (type === "target-tracking") return target;
  const above = parseSteps(steps).filter((side) => side.above);
  return Math.max(0, ...above.flatMap((side) => side.steps.map(({ from }) => from)));
}

async function judgeCooldown(aws: Aws, config: Config, policy: PolicyConfig): Promise<string[]> {
  const given = policy.type === "step" ? policy.cooldown : policy.scaleOutCooldown;
  const seconds = parseDuration(given ?? "300s") ?? 300;
  if (policy.type !== "step" && policy.type !== "target-tracking") return [];
  const start = await measureStart(aws, config);
  if (start === undefined || seconds >= start.seconds) return [];
  const flag = policy.type === "step" ? "--cooldown" : "--scale-out-cooldown";
  return [
    `${flag} ${seconds} s is shorter than a task takes to start: ${start.seconds} s, measured on ${start.tasks} task${start.tasks === 1 ? "" : "s"}; the policy may add more before the first ones help`,
  ];
}

/** How long the service's tasks took from being asked for to running: the median, in seconds. */
async function measureStart(
  aws: Aws,
  { cluster, service }: Config,
): Promise<{ seconds: number; tasks: number } | undefined> {
  const tasks = await readTasks(aws, { cluster: cluster.name, service: service.name }, "RUNNING");
  const took = tasks
    .flatMap(({ createdAt, startedAt }) =>
      createdAt && startedAt ? [(startedAt.getTime() - createdAt.getTime()) / 1000] : [],
    )
    .sort((a, b) => a - b);
  const median = took[Math.floor(took.length / 2)];
  return median === undefined ? undefined : { seconds: Math.round(median), tasks: took.length };
}

/** ECS and load balancers publish theirs by themselves; of all others CloudWatch must know. */
async function judgeMetrics(aws: Aws, config: Config, policy: PolicyConfig): Promise<string[]> {
  const wanted = policy.metrics ?? [policy];
  const unsure = wanted.filter(({ metric }) => metric !== undefined && !["cpu", "memory", "requests"].includes(metric));
  const place = { cluster: config.cluster.name, service: config.service.name };
  const found = await Promise.all(
    unsure.map(({ metric = "", dimensions }) => judgeMetric(aws, resolveMetric(place, { metric, dimensions }), metric)),
  );
  return found.flat();
}

async function judgeMetric(aws: Aws, metric: ReturnType<typeof resolveMetric>, written: string): Promise<string[]> {
  const { namespace: Namespace, name: MetricName, dimensions } = metric;
  const known = await aws.all("cloudwatch", "ListMetrics", { Namespace }, (page) => page.Metrics);
  const same = known.filter((one) => one.MetricName === MetricName);
  const key = (list: readonly { Name?: string | undefined; Value?: string | undefined }[] = []): string =>
    list
      .map(({ Name, Value }) => `${Name}=${Value}`)
      .sort()
      .join(", ");
  if (same.some((one) => key(one.Dimensions) === key(dimensions))) return [];
  const names = [...new Set(known.map((one) => one.MetricName ?? ""))];
  const guess = nearest(
    MetricName,
    names.filter((name) => name !== MetricName),
  );
  const why =
    same.length > 0
      ? `it has ${MetricName} with other dimensions: ${key(same[0]?.Dimensions) || "none"}`
      : names.length === 0
        ? `it knows nothing of ${Namespace}${written === "running-tasks" ? "; cluster.containerInsights: true lets it" : ""}`
        : `it knows ${names.length} metric${names.length === 1 ? "" : "s"} of ${Namespace}${guess ? `, ${guess} among them` : ""}`;
  const of = dimensions.length > 0 ? ` with ${key(dimensions)}` : "";
  return [
    `CloudWatch has no data of ${written}${of} in the last two weeks: ${why}; the policy does nothing until there is some`,
  ];
}

function judgeSchedule({ scaling }: Config, { type, min, max }: PolicyConfig): string[] {
  if (type !== "scheduled" || !scaling) return [];
  if (min !== undefined && max === undefined && min > scaling.max)
    return [`--min ${min} is above the maximum of ${scaling.max} tasks that holds then: give --max ${min} with it`];
  if (max !== undefined && min === undefined && max < scaling.min)
    return [`--max ${max} is below the minimum of ${scaling.min} tasks that holds then: give --min ${max} with it`];
  return [];
}

/** An exact number outside the limits is cut at them. */
function judgeExact({ scaling }: Config, { type, steps = [] }: PolicyConfig): string[] {
  if (type !== "step" || !scaling) return [];
  const { min, max } = scaling;
  const exact = parseSteps(steps).flatMap((side) => side.steps.filter(({ unit }) => unit === "exact"));
  return exact
    .filter(({ adjustment: tasks }) => tasks > max || tasks < min)
    .map(({ text, adjustment: tasks }) =>
      tasks > max
        ? `--step ${text} ends at the maximum, ${max}: --max ${tasks} lets it get there`
        : `--step ${text} ends at the minimum, ${min}: --min ${tasks} lets it get there`,
    );
}
