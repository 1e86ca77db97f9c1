import type { NotScaledReason } from "@aws-sdk/client-application-auto-scaling";
import { decideCapacity, type Decision, type NotScaledCode } from "../../core/scaling/decide-capacity.ts";
import {
  policiesOf,
  scalableTargets,
  scalingPolicies,
  targetKey,
  type TargetRecord,
} from "./records/application-autoscaling.ts";
import { alarmFirings, alarms } from "./records/cloudwatch.ts";
import { applyForecasts } from "./predictive-scaling.ts";
import { ecsServices } from "./scalable-ecs.ts";
import type { ScalableResource } from "./scalable.ts";
import { followActivities, recordNotScaled, scaleTo } from "./scaling-activities.ts";
import { propose, type PolicyProposal } from "./scaling-proposals.ts";
import { runScheduledActions } from "./scheduled-actions.ts";
import type { Engine, Region } from "./world.ts";

/** Application Auto Scaling over one kind of resource: schedules, then alarms, then what became of earlier changes. */
export function createAutoscaler(resource: ScalableResource): Engine {
  return (region, now) => {
    runScheduledActions(region, resource, now);
    for (const target of scalableTargets(region).values()) applyForecasts(region, resource, target, now);
    for (const target of takeFiredTargets(region)) actOn(region, resource, target, now);
    followActivities(region, resource);
  };
}

export const stepAutoscaler: Engine = createAutoscaler(ecsServices);

/** Targets with a policy that some alarm asks to act. */
function takeFiredTargets(region: Region): TargetRecord[] {
  const firings = alarmFirings(region);
  if (firings.size === 0) return [];
  const fired: string[] = [];
  for (const { policyArns } of firings.values()) fired.push(...policyArns);
  firings.clear();
  const targets = new Set<TargetRecord>();
  for (const { policy, id } of scalingPolicies(region).values()) {
    // An action may name a policy and, behind a colon, what in it is meant.
    if (!fired.some((arn) => arn.startsWith(policy.PolicyARN))) continue;
    const target = scalableTargets(region).get(targetKey(id));
    if (target) targets.add(target);
  }
  return [...targets];
}

function actOn(region: Region, resource: ScalableResource, record: TargetRecord, now: number): void {
  const { id, target } = record;
  const state = resource.read(region, id.resourceId);
  if (!state) return;
  const proposals = propose(region, policiesOf(region, id), state.desired);
  const decision = decideCapacity(
    {
      ...state,
      // What is foreseen is the least that other policies leave.
      bounds: {
        min: Math.min(target.MaxCapacity, Math.max(target.MinCapacity, record.floor ?? 0)),
        max: target.MaxCapacity,
      },
      now,
      cooldown: record.cooldown,
      suspended: {
        out: target.SuspendedState?.DynamicScalingOutSuspended ?? false,
        in: target.SuspendedState?.DynamicScalingInSuspended ?? false,
      },
    },
    proposals,
  );
  carryOut(region, resource, record, { decision, proposals, desired: state.desired });
}

function carryOut(
  region: Region,
  resource: ScalableResource,
  record: TargetRecord,
  outcome: { decision: Decision; proposals: PolicyProposal[]; desired: number },
): void {
  const { decision, proposals, desired } = outcome;
  if (decision.kind === "hold") return;
  const by = proposals.find(({ policy }) => policy === decision.policy);
  const cause = `monitor alarm ${by?.alarm} in state ${by?.alarmState} triggered policy ${decision.policy}`;
  if (decision.kind === "not-scaled") {
    const reason = describeReason(decision.code, record, desired);
    const since = alarms(region).get(by?.alarm ?? "")?.alarm.StateTransitionedTimestamp;
    recordNotScaled(region, record.id, { cause, reason, since });
    return;
  }
  record.cooldown = decision.cooldown;
  scaleTo(region, resource, record.id, { to: decision.to, cause });
}

function describeReason(code: NotScaledCode, { target, floor }: TargetRecord, desired: number): NotScaledReason {
  switch (code) {
    case "AlreadyAtMaxCapacity":
      return { Code: code, MaxCapacity: target.MaxCapacity };
    case "AlreadyAtMinCapacity":
      return { Code: code, MinCapacity: Math.max(target.MinCapacity, floor ?? 0) };
    case "AlreadyAtDesiredCapacity":
    case "AutoScalingAnticipatedFlapping":
    case "TargetServicePutResourceAsUnscalable":
      return { Code: code, CurrentCapacity: desired };
  }
}
