import type { Deployment, Service } from "@aws-sdk/client-ecs";
import type { Context } from "../context.ts";
import { EcsctlError, ExitCode } from "../errors.ts";
import { explainStoppedTask, type LogPlace } from "./explain-tasks.ts";
import { poll, type Look } from "./poll.ts";

export interface RolloutQuestion {
  cluster: string;
  service: string;
  /** The deployment that we started: `ecs-svc/1234567890123456789`. */
  deploymentId: string;
  logs: LogPlace;
  /** `deployed`: its tasks run. `stable`: ECS calls it completed. */
  until: "deployed" | "stable";
  /** Without progress, in seconds of the server's time. */
  stallSeconds: number;
  timeoutSeconds?: number | undefined;
}

export interface RolloutResult {
  id: string;
  status: "completed" | "failed" | "superseded" | "timed out";
  taskDefinition: string;
  reason: string | null;
}

/**
 * Waits for one deployment by its id. A service that is steady again after a rollback has not got what was asked for:
 * that is `failed`, whatever `services-stable` says.
 */
export async function waitForRollout(context: Context, question: RolloutQuestion): Promise<RolloutResult> {
  let last: RolloutResult = { id: question.deploymentId, status: "timed out", taskDefinition: "", reason: null };
  try {
    return await poll(context, {
      id: `rollout/${question.service}`,
      what: `deployment ${question.deploymentId} of service ${question.service}`,
      stallSeconds: question.stallSeconds,
      timeoutSeconds: question.timeoutSeconds,
      look: async () => {
        const service = await describe(context, question);
        const mine = service?.deployments?.find((deployment) => deployment.id === question.deploymentId);
        if (mine) last = { ...last, taskDefinition: mine.taskDefinition ?? "" };
        return lookAt(context, question, service, mine, last);
      },
    });
  } catch (error) {
    if (!(error instanceof EcsctlError && error.exitCode === ExitCode.gaveUp)) throw error;
    return { ...last, status: "timed out", reason: [error.message, error.why].filter(Boolean).join(" ") };
  }
}

async function describe(context: Context, { cluster, service }: RolloutQuestion): Promise<Service | undefined> {
  const answer = await context.aws.call("ecs", "DescribeServices", { cluster, services: [service] });
  return answer.services?.[0];
}

async function lookAt(
  context: Context,
  question: RolloutQuestion,
  service: Service | undefined,
  mine: Deployment | undefined,
  last: RolloutResult,
): Promise<Look<RolloutResult>> {
  if (service?.status !== "ACTIVE")
    return { done: { ...last, status: "failed", reason: `Service ${question.service} is gone.` } };
  const rolledBack = mine?.status === "PRIMARY" ? undefined : findRollback(service, question.deploymentId);
  if (mine?.rolloutState === "FAILED" || rolledBack) {
    const said = mine?.rolloutStateReason ?? rolledBack;
    const reason = [said, await explain(context, question)].filter(Boolean).join("\n");
    return { done: { ...last, status: "failed", reason } };
  }
  if (!mine || mine.status !== "PRIMARY") {
    const newer = service.deployments?.find((deployment) => deployment.status === "PRIMARY")?.id;
    return { done: { ...last, status: "superseded", reason: `Deployment ${newer} was started after this one.` } };
  }
  if (isThere(mine, question.until)) return { done: { ...last, status: "completed", reason: null } };
  return describeProgress(context, question, service, mine);
}

/** ECS says in an event that a deployment failed, and in the one that goes back why it was started. */
function findRollback(service: Service, id: string): string | undefined {
  const event = service.events?.find(
    ({ message = "" }) => message.includes(id) && /deployment failed/i.test(message),
  )?.message;
  if (event) return event.replace(/^\(service [^)]*\) /, "");
  const reason = service.deployments?.find((deployment) => deployment.status === "PRIMARY")?.rolloutStateReason;
  return reason && /roll(ing|ed)? ?back/i.test(reason) ? reason : undefined;
}

function isThere(deployment: Deployment, until: "deployed" | "stable"): boolean {
  if (deployment.rolloutState === "COMPLETED") return true;
  const { runningCount = 0, desiredCount = 0, pendingCount = 0 } = deployment;
  return until === "deployed" && desiredCount > 0 && runningCount >= desiredCount && pendingCount === 0;
}

async function describeProgress(
  context: Context,
  question: RolloutQuestion,
  service: Service,
  mine: Deployment,
): Promise<Look<RolloutResult>> {
  const { runningCount = 0, desiredCount = 0, pendingCount = 0, failedTasks = 0 } = mine;
  const old = (service.deployments ?? [])
    .filter((deployment) => deployment.id !== mine.id)
    .reduce((sum, deployment) => sum + (deployment.runningCount ?? 0), 0);
  const counts = [`${runningCount} of ${desiredCount} tasks running`];
  if (pendingCount > 0) counts.push(`${pendingCount} starting`);
  if (failedTasks > 0) counts.push(`${failedTasks} failed`);
  if (old > 0) counts.push(`${old} of the revision before`);
  const waiting = `service ${question.service}: ${counts.join(", ")}`;
  const reason =
    failedTasks > 0
      ? await explain(context, question)
      : runningCount < desiredCount
        ? placementReason(service, mine)
        : undefined;
  return { waiting, reason };
}

/** The newest event about tasks that find no place, if it is newer than the deployment. */
function placementReason(service: Service, mine: Deployment): string | undefined {
  const event = service.events?.find(
    ({ message, createdAt }) =>
      /unable to place a task|unable to consistently start/.test(message ?? "") &&
      Number(createdAt ?? 0) >= Number(mine.createdAt ?? 0),
  );
  const steady = service.events?.find(({ message }) => /has started \d+ tasks/.test(message ?? ""));
  if (!event || Number(steady?.createdAt ?? 0) > Number(event.createdAt ?? 0)) return undefined;
  return event.message?.replace(/^\(service [^)]*\) /, "").replace(/ For more information, see .*$/, "");
}

const explain = (context: Context, { cluster, service, deploymentId, logs }: RolloutQuestion) =>
  explainStoppedTask(context.aws, { cluster, service, deploymentId }, logs);
