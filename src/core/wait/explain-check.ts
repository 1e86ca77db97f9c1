import type { Service, ServiceEvent, Task } from "@aws-sdk/client-ecs";
import type { TargetGroup, TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Aws } from "../aws/aws.ts";

/** What a task was asked and how it answered, for one that was stopped because it failed a health check. */
export async function explainFailedCheck(
  aws: Aws,
  task: Task,
  events: readonly ServiceEvent[],
): Promise<string | undefined> {
  const reason = task.stoppedReason ?? "";
  const group = /^Task failed ELB health checks in \(target-group ([^)\s]+)\)/.exec(reason)?.[1];
  if (group !== undefined) return explainTargets(aws, group, events);
  return reason.startsWith("Task failed container health checks") ? explainCommand(aws, task) : undefined;
}

/** Why the load balancer sends the service's running tasks no requests; undefined when it does, or there is none. */
export async function explainWaitingTargets(aws: Aws, service: Service): Promise<string | undefined> {
  const group = service.loadBalancers?.[0]?.targetGroupArn;
  return group === undefined ? undefined : explainTargets(aws, group, []);
}

/** ECS's events keep why a target was unhealthy after it has been taken out; before that, the load balancer knows. */
async function explainTargets(aws: Aws, arn: string, events: readonly ServiceEvent[]): Promise<string | undefined> {
  const [group, health] = await Promise.all([readGroup(aws, arn), readHealth(aws, arn)]);
  const told = events
    .map(({ message = "" }) => /is unhealthy in \(target-group ([^)\s]+)\) due to \(reason (.*)\)\s*$/.exec(message))
    .find((match) => match?.[1] === arn)?.[2];
  const why = told ?? health?.Description ?? health?.Reason;
  if (why === undefined) return undefined;
  const { HealthCheckPath: path = "/", Matcher, HealthCheckTimeoutSeconds: seconds } = group ?? {};
  return `the load balancer asks for ${path} and wants ${Matcher?.HttpCode ?? "200"} within ${seconds ?? 5} s: ${why}`;
}

async function readGroup(aws: Aws, arn: string): Promise<TargetGroup | undefined> {
  try {
    return (await aws.call("elbv2", "DescribeTargetGroups", { TargetGroupArns: [arn] })).TargetGroups?.[0];
  } catch {
    // Without it (or without the permission to read it) the reason is shorter, no more.
    return undefined;
  }
}

async function readHealth(aws: Aws, arn: string): Promise<TargetHealth | undefined> {
  try {
    const answer = await aws.call("elbv2", "DescribeTargetHealth", { TargetGroupArn: arn });
    const states = (answer.TargetHealthDescriptions ?? []).map((one) => one.TargetHealth);
    return states.find((health) => health?.State === "unhealthy");
  } catch {
    return undefined;
  }
}

async function explainCommand(aws: Aws, task: Task): Promise<string | undefined> {
  const { taskDefinition } = await aws.call("ecs", "DescribeTaskDefinition", {
    taskDefinition: task.taskDefinitionArn,
  });
  const sick = (task.containers ?? []).filter((container) => container.healthStatus === "UNHEALTHY");
  const checks = sick.flatMap(({ name }) => {
    const check = taskDefinition?.containerDefinitions?.find((one) => one.name === name)?.healthCheck;
    if (!check) return [];
    const command = (check.command ?? []).slice(1).join(" ");
    return [`container ${name} failed \`${command}\` ${check.retries ?? 3} times, every ${check.interval ?? 30} s`];
  });
  return checks.length > 0 ? checks.join("; ") : undefined;
}

/** Which alarms ended a deployment, and why they are on; undefined where it watches none. */
export async function explainAlarms(aws: Aws, service: Service): Promise<string | undefined> {
  const { enable, alarmNames = [] } = service.deploymentConfiguration?.alarms ?? {};
  if (!enable || alarmNames.length === 0) return undefined;
  const on = await readAlarmsOn(aws, alarmNames);
  const told = on.map(({ AlarmName, StateReason }) => `alarm ${AlarmName} is on: ${StateReason ?? "no reason given"}`);
  return told.length > 0 ? told.join("\n") : `it watched ${alarmNames.join(", ")}; none of them is seen to be on now`;
}

async function readAlarmsOn(aws: Aws, AlarmNames: string[]): Promise<{ AlarmName?: string; StateReason?: string }[]> {
  try {
    const answer = await aws.call("cloudwatch", "DescribeAlarms", {
      AlarmNames,
      AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
      StateValue: "ALARM",
    });
    return [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])];
  } catch {
    // Who may not look at alarms learns their names all the same.
    return [];
  }
}
