import { instances } from "./records/ec2.ts";
import { balancersOf, type TargetGroupRecord, targetGroups, targetKey, type TargetRecord } from "./records/elb.ts";
import { realPort } from "./records/network-interfaces.ts";
import type { Region } from "./world.ts";

/** Where a target really listens; undefined for an instance that is gone. */
export function addressOf(
  region: Region,
  group: TargetGroupRecord,
  target: { id: string; port: number },
): { host: string; port: number } | undefined {
  if (group.targetType === "ip") return { host: target.id, port: realPort(region, target.id, target.port) };
  const host = instances(region).get(target.id)?.address;
  return host === undefined ? undefined : { host, port: target.port };
}

/** Adds a target, which its first passed check makes healthy; one that was leaving comes back. */
export function registerTarget(
  region: Region,
  group: TargetGroupRecord,
  target: { id: string; port: number; taskId?: string | undefined },
): void {
  const key = targetKey(target.id, target.port);
  const known = group.targets[key];
  if (known && known.drainingSince === undefined) return;
  byTask.delete(group.targets);
  group.targets[key] = {
    ...target,
    state: "initial",
    reason: "Elb.RegistrationInProgress",
    description: "Target registration is in progress",
    passed: 0,
    failed: 0,
    nextCheckAt: region.world.clock.now(),
  };
}

/** Takes a target from the turn; requests that it has go on until the deregistration delay is over. */
export function deregisterTarget(target: TargetRecord, now: number): void {
  if (target.drainingSince !== undefined) return;
  target.drainingSince = now;
  target.state = "draining";
  target.reason = "Target.DeregistrationInProgress";
  target.description = "Target deregistration is in progress";
}

const delayMs = (group: TargetGroupRecord): number =>
  Number(group.attributes["deregistration_delay.timeout_seconds"] ?? 300) * 1000;

/** Lets drained targets go. A target in a group that nobody forwards to is unused and gets no checks. */
export function settleTargets(region: Region, group: TargetGroupRecord, now: number): void {
  const used = balancersOf(region, group.arn).length > 0;
  for (const [key, target] of Object.entries(group.targets)) {
    if (target.drainingSince !== undefined) {
      if (!used || now - target.drainingSince >= delayMs(group)) removeTarget(group, key);
    } else if (!used && target.state !== "unused") {
      target.state = "unused";
      target.reason = "Target.NotInUse";
      target.description = "Target group is not configured to receive traffic from the load balancer";
    } else if (used && target.state === "unused") {
      removeTarget(group, key);
      registerTarget(region, group, target);
    }
  }
}

function removeTarget(group: TargetGroupRecord, key: string): void {
  byTask.delete(group.targets);
  delete group.targets[key];
}

/** What a health check found. */
export type CheckResult = { ok: true } | { ok: false; reason: string; description: string };

/**
 * Counts a check. A target that is new needs one that passes, one that was unhealthy as many as the group asks for
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html).
 */
export function noteCheck(group: TargetGroupRecord, target: TargetRecord, result: CheckResult): void {
  if (target.drainingSince !== undefined) return;
  target.passed = result.ok ? target.passed + 1 : 0;
  target.failed = result.ok ? 0 : target.failed + 1;
  const { healthyThreshold, unhealthyThreshold } = group.healthCheck;
  if (result.ok && target.passed >= (target.state === "initial" ? 1 : healthyThreshold)) {
    target.state = "healthy";
    target.reason = undefined;
    target.description = undefined;
  } else if (!result.ok && target.failed >= unhealthyThreshold) {
    target.state = "unhealthy";
    target.reason = result.reason;
    target.description = result.description;
  } else if (target.state === "initial") {
    target.reason = "Elb.InitialHealthChecking";
    target.description = "Initial health checks in progress";
  }
}

/** Whether a status is one that the matcher names: `200`, `200,202`, `200-299`. */
export function matches(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [from = "", to = from] = part.split("-");
    return status >= Number(from) && status <= Number(to);
  });
}

/** The targets that take requests now: the healthy ones, or all that are not leaving when none is (it fails open). */
export function servingTargets(group: TargetGroupRecord): TargetRecord[] {
  const staying = Object.values(group.targets).filter((target) => target.drainingSince === undefined);
  const healthy = staying.filter((target) => target.state === "healthy");
  return healthy.length > 0 ? healthy : staying;
}

/** The targets of one task, in every group. */
export function targetsOfTask(region: Region, taskId: string): { group: TargetGroupRecord; target: TargetRecord }[] {
  const found = [];
  for (const group of targetGroups(region).values())
    for (const target of indexByTask(group).get(taskId) ?? []) found.push({ group, target });
  return found;
}

/** A group's targets by their tasks, until one comes or goes: in a rollout every task is looked for in every pass. */
const byTask = new WeakMap<TargetGroupRecord["targets"], Map<string | undefined, TargetRecord[]>>();

function indexByTask({ targets }: TargetGroupRecord): Map<string | undefined, TargetRecord[]> {
  const known = byTask.get(targets) ?? Map.groupBy(Object.values(targets), ({ taskId }) => taskId);
  byTask.set(targets, known);
  return known;
}
