import type { DeploymentRecord, ServiceRecord } from "./records/ecs.ts";
import { tellEvent } from "./service-events.ts";
import type { Region } from "./world.ts";

/** The other name of a deployment: `deployments[].id`. */
export const deploymentId = (deployment: DeploymentRecord): string => `ecs-svc/${deployment.number}`;

/** What ended a rollout. */
interface Cause {
  by: "circuit breaker" | "alarms";
  why: string;
  rollback: boolean;
}

/** Ends a rollout, and starts going back to what ran before where that is wanted and there is something. */
export function failDeployment(
  region: Region,
  service: ServiceRecord,
  failed: DeploymentRecord,
  cause: Cause,
  now: number,
): void {
  const reason = `ECS deployment ${cause.by}: ${cause.why}`;
  const date = new Date(now);
  Object.assign(failed, { rolloutState: "FAILED", rolloutStateReason: reason, updatedAt: date, finishedAt: date });
  Object.assign(failed, { outcome: "STOPPED", outcomeReason: reason });
  tellEvent(region, service, `(deployment ${deploymentId(failed)}) deployment failed: ${cause.why}`, now);
  if (!cause.rollback || failed.rollbackOf !== undefined) return;
  const target = service.deployments.find((one) => one !== failed && one.proven);
  if (!target) return;
  failed.status = "ACTIVE";
  failed.outcome = "ROLLBACK_IN_PROGRESS";
  failed.rollbackTo = { revisionArn: target.revisionArn, reason, startedAt: date };
  Object.assign(target, {
    status: "PRIMARY",
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: `ECS deployment ${cause.by}: rolling back to deploymentId ${deploymentId(target)}.`,
    updatedAt: date,
    failedTasks: 0,
    rollbackOf: failed.number,
  });
  Object.assign(service, { taskDefinitionArn: target.taskDefinitionArn, launchType: target.launchType });
  Object.assign(service, { strategy: target.strategy, throttledUntil: 0, steady: false });
  tellEvent(region, service, `rolling back to (deployment ${deploymentId(target)}).`, now);
}
