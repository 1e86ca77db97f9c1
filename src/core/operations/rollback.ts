import type { Service } from "@aws-sdk/client-ecs";
import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { awsError } from "../errors.ts";
import type { StepResult } from "../plan/apply.ts";
import { describeInterrupted, hasFailed, Journal, journalFile } from "../plan/journal.ts";
import { unlessMissing } from "../aws/missing.ts";
import { readAccount } from "../resources/surroundings.ts";
import { retryWhile } from "../wait/poll.ts";
import { isRefused } from "../wait/transient.ts";
import type { RolloutResult } from "../wait/rollout.ts";
import { findLastGood, findRevision } from "./find-revision.ts";
import { followDeployment } from "./follow-deployment.ts";

export interface RollbackOptions {
  /** `3`, `FAMILY:3` or an ARN; default: what ran well before. */
  to?: string | undefined;
  /** Asked before anything changes; false stops without an error. Default: go. */
  confirm?: ((what: RollbackPlan) => Promise<boolean>) | undefined;
  /** Give up after so many seconds of the server's time without progress; default 600. */
  timeoutSeconds?: number | undefined;
}

/** ARNs of task definitions. */
export interface RollbackPlan {
  service: string;
  from: string;
  to: string;
}

/** The document of `rollback --json`. */
export interface RollbackResult {
  steps: StepResult[];
  deployment: Omit<RolloutResult, "status"> & { status: RolloutResult["status"] | "not started" };
  /** Whether the revision asked for is the one that runs now. */
  running: boolean;
  seconds: number;
}

/** Puts the service back to a task definition that ran well, and waits until it runs. */
export async function rollback(context: Context, project: Project, options: RollbackOptions): Promise<RollbackResult> {
  const { aws } = context;
  const { config } = project;
  const [service, account] = await Promise.all([readService(context, project), readAccount(aws)]);
  const journal = new Journal(journalFile(context.stateDir, { app: config.app, region: aws.region, account }));
  const way = await chooseWay(context, project, service, journal, options.to);
  if (options.confirm && !(await options.confirm(way))) {
    const deployment = { id: "", status: "not started", taskDefinition: "", reason: "not confirmed" } as const;
    return { steps: [], deployment, running: false, seconds: 0 };
  }
  const from = aws.clock.now();
  const seconds = (): number => Math.round((aws.clock.now() - from) / 100) / 10;
  journal.begin("rollback", aws.clock.now(), { from: way.from, to: way.to });
  const { deploymentId, step } = await startRollback(context, project, service, way, journal);
  const deployment = await followDeployment(context, config, deploymentId, { timeoutSeconds: options.timeoutSeconds });
  const steps = [{ ...step, seconds: seconds() }];
  const running = deployment.status === "completed" && deployment.taskDefinition === way.to;
  journal.finish();
  return { steps, deployment: running ? deployment : explainMiss(deployment, way), running, seconds: seconds() };
}

async function readService({ aws }: Context, { config }: Project): Promise<Service> {
  const cluster = config.cluster.name;
  const answer = await unlessMissing(
    aws.call("ecs", "DescribeServices", { cluster, services: [config.service.name] }),
    "ClusterNotFoundException",
  );
  const service = answer?.services?.[0];
  if (service?.status === "ACTIVE") return service;
  throw awsError({
    code: "ServiceMissing",
    message: `There is no service ${config.service.name} in cluster ${cluster}, so nothing can be rolled back.`,
    hint: "ecsctl deploy",
  });
}

/** What was asked for; else where an interrupted rollback was going; else what ran well before. */
async function chooseWay(
  context: Context,
  { config }: Project,
  service: Service,
  journal: Journal,
  to: string | undefined,
): Promise<RollbackPlan> {
  const from = service.taskDefinition ?? "";
  const base = { service: config.service.name, from };
  if (to !== undefined) return { ...base, to: await findRevision(context.aws, config.task.family, to) };
  const { previous } = journal;
  const between = previous?.operation === "rollback" && !hasFailed(previous) ? previous.between : undefined;
  if (between && [between.from, between.to].includes(from)) {
    const interrupted = describeInterrupted(previous);
    if (interrupted) context.emit({ type: "note", message: interrupted });
    return { ...base, to: between.to };
  }
  const { arn, note } = await findLastGood(context.aws, service);
  if (note !== undefined) context.emit({ type: "note", message: note });
  return { ...base, to: arn };
}

type Started = { deploymentId: string; step: StepResult };

/** Asks ECS for the other revision, unless the service has it already; gives the deployment to wait for. */
async function startRollback(
  context: Context,
  { config }: Project,
  service: Service,
  way: RollbackPlan,
  journal: Journal,
): Promise<Started> {
  const id = `ecs-service/${config.service.name}`;
  const title = `service ${config.service.name}`;
  const primary = (of: Service | undefined) =>
    of?.deployments?.find((deployment) => deployment.status === "PRIMARY")?.id ?? "";
  if (way.from === way.to) {
    journal.mark(id, "keep", "done");
    return { deploymentId: primary(service), step: { id, resource: "ecs-service", action: "keep", seconds: 0 } };
  }
  const event = { type: "step", id, title, action: "update" } as const;
  context.emit({ ...event, status: "started" });
  journal.mark(id, "update", "started");
  const answer = await retryWhile(context, {
    title,
    passing: () => false,
    // Never a desired count: how many run is the scaling's.
    action: () =>
      context.aws.call("ecs", "UpdateService", {
        cluster: config.cluster.name,
        service: config.service.name,
        taskDefinition: way.to,
      }),
  }).catch((error: unknown) => {
    // After any other error it may have been done: the next rollback goes on where this one was going.
    if (isRefused(error)) journal.mark(id, "update", "failed");
    if (error !== context.signal.reason) context.emit({ ...event, status: "failed" });
    throw error;
  });
  journal.mark(id, "update", "done");
  context.emit({ ...event, status: "done" });
  return {
    deploymentId: primary(answer.service),
    step: { id, resource: "ecs-service", action: "update", seconds: 0 },
  };
}

/** The deployment did not bring what was asked for, whatever the service runs now. */
function explainMiss(deployment: RolloutResult, { to }: RollbackPlan): RolloutResult {
  const { status } = deployment;
  const reason = [`${to.split("/").at(-1)} is not what runs now.`, deployment.reason].filter(Boolean).join("\n");
  return { ...deployment, status: status === "completed" ? "failed" : status, reason };
}
