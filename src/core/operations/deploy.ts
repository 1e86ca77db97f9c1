import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { usageError } from "../errors.ts";
import { applyPlan, type StepResult } from "../plan/apply.ts";
import type { Plan, Readings } from "../plan/build.ts";
import { describeInterrupted, Journal, journalFile } from "../plan/journal.ts";
import { waitForInstances } from "../wait/capacity.ts";
import { retryWhile } from "../wait/poll.ts";
import { leftRunning, type RolloutResult } from "../wait/rollout.ts";
import { tellAdopted } from "./adopted.ts";
import { capacityNames } from "./capacity-graph.ts";
import { rememberDeployed } from "./drift.ts";
import { imageIdOf } from "./find-image.ts";
import { followDeployment } from "./follow-deployment.ts";
import { planDeploy, type PlanOptions } from "./plan-deploy.ts";
import { askedFor, readPlanFile, refuseForeign, requireSamePlan } from "./plan-file.ts";

export interface DeployOptions extends PlanOptions {
  /** Build and push first. */
  build?: boolean | undefined;
  /** File of a plan that was saved: nothing is done unless it is still the plan. */
  planFile?: string | undefined;
  /** Asked before anything changes; false stops without an error. Default: go. */
  confirm?: ((plan: Plan) => Promise<boolean>) | undefined;
  /** Done when the new tasks are healthy, for this once. */
  fast?: boolean | undefined;
  /** Default: true. */
  wait?: boolean | undefined;
  /** Default: `stable`. */
  until?: "deployed" | "stable" | undefined;
  /** Give the rollout up after so many seconds of the server's time without progress; default 600. */
  timeoutSeconds?: number | undefined;
}

/** The document of `deploy --json`. */
export interface DeployResult {
  steps: StepResult[];
  deployment: Omit<RolloutResult, "status"> & { status: RolloutResult["status"] | "in progress" | "not started" };
  seconds: number;
  warnings: string[];
}

/** Plan, confirm, apply, wait for the rollout that this started. Running it again always converges. */
export async function deploy(context: Context, given: Project, asked: DeployOptions): Promise<DeployResult> {
  const project = asked.fast ? hurried(given) : given;
  const saved = asked.planFile === undefined ? undefined : await readPlanFile(asked.planFile);
  const options = saved ? { ...asked, ...askedFor(saved, asked) } : asked;
  if (options.build) await pushFirst(context, project, options.image);
  const planned = await planDeploy(context, project, { ...options, needImage: true });
  const { plan } = planned;
  if (saved) requireSamePlan(saved, plan);
  refuseForeign(plan, options.adopt ?? false);
  for (const message of plan.warnings) context.emit({ type: "warning", message });
  if (plan.changes > 0 && options.confirm && !(await options.confirm(plan)))
    return { steps: [], deployment: notConfirmed, seconds: 0, warnings: plan.warnings };
  // The server's clock is known only after an answer; how long somebody thought about the plan is no part of it.
  const from = context.aws.clock.now();
  const journal = openJournal(context, project, planned.account);
  const adopted = plan.changes > 0 ? tellAdopted(plan, options.adopt ?? false) : undefined;
  const warnOfAdopted = (): void => {
    if (adopted) context.emit({ type: "warning", message: adopted, hint: "ecsctl deploy --adopt completes it" });
  };
  // Whoever was asked has seen the plan.
  if (!options.confirm) warnOfAdopted();
  const { steps, readings } = await applyPlan(planned.nodes, plan, planned.readings, {
    emit: context.emit,
    signal: context.signal,
    now: () => context.aws.clock.now(),
    journal,
    retry: (title, passing, action) => retryWhile(context, { title, passing, action }),
    app: project.config.app,
    adopt: options.adopt ?? false,
  }).catch((error: unknown) => {
    if (!context.signal.aborted) warnOfAdopted();
    throw error;
  });
  if (plan.changes > 0 && options.wait !== false) journal.mark("rollout", "wait for", "started");
  const deployment = await followRollout(context, project, readings, { ...options, count: otherCount(plan) });
  journal.finish();
  rememberDeployed(context, project.config, planned, options.only);
  return { steps, deployment, seconds: secondsSince(context, from), warnings: plan.warnings };
}

/** How many tasks a service that exists is to have from now on, when that changes. */
function otherCount({ steps }: Plan): number | undefined {
  const step = steps.find(({ resource, action }) => resource === "ecs-service" && action === "update");
  const count = step?.changes.find(({ path }) => path === "desiredCount")?.to;
  return typeof count === "number" ? count : undefined;
}

function hurried(project: Project): Project {
  const { service } = project.config;
  const deployment = { failedTasks: 3, ...service.deployment, fast: true };
  return { ...project, config: { ...project.config, service: { ...service, deployment } } };
}

/** `image`: the tag to push it under, which the deploy then looks for. */
async function pushFirst(context: Context, project: Project, image: string | undefined): Promise<void> {
  const tag = image === undefined ? undefined : imageIdOf(project.config, image)?.imageTag;
  if (image !== undefined && tag === undefined)
    throw usageError({
      code: "ImageNamedTwice",
      message: `--build makes an image of this project, and --image ${image} names one that is made already.`,
      hint: "Give --image a tag for what is built, or leave one of them out.",
    });
  const { push } = await import("./push.ts");
  await push(context, project, { tag });
}

const notConfirmed = { id: "", status: "not started", taskDefinition: "", reason: "not confirmed" } as const;

const secondsSince = (context: Context, from: number): number =>
  Math.round((context.aws.clock.now() - from) / 100) / 10;

function openJournal(context: Context, project: Project, account: string): Journal {
  const key = { app: project.config.app, region: context.aws.region, account };
  const journal = new Journal(journalFile(context.stateDir, key));
  const interrupted = describeInterrupted(journal.previous);
  if (interrupted) context.emit({ type: "note", message: interrupted });
  journal.begin("deploy", context.aws.clock.now());
  return journal;
}

/** Waits for an instance (without one, no task can start), then for the deployment by its id. */
async function followRollout(
  context: Context,
  { config }: Project,
  readings: Readings,
  options: DeployOptions & { count: number | undefined },
): Promise<DeployResult["deployment"]> {
  const { capacity, name: cluster } = config.cluster;
  const { group } = capacityNames(config.app);
  const wait = options.wait !== false;
  const {
    deployment = "",
    rollout,
    taskDefinition = "",
  } = readings.get(`ecs-service/${config.service.name}`)?.outputs ?? {};
  // It was read a moment ago, before (or after) every change that there was to make.
  const settled = rollout === "COMPLETED" && options.count === undefined;
  if (wait && settled) return { id: deployment, status: "completed", taskDefinition, reason: null };
  if (wait && capacity && capacity.min > 0 && readings.has(`auto-scaling-group/${group}`))
    await waitForInstances(context, { cluster, group, count: 1 }).catch((error: unknown) => {
      throw context.signal.aborted ? leftRunning(deployment, config.service.name, error) : error;
    });
  const live = readings.get(`ecs-service/${config.service.name}`);
  if (!live) return { id: "", status: "not started", taskDefinition: "", reason: "the service was not asked for" };
  const id = live.outputs?.["deployment"] ?? "";
  if (!wait) return { id, status: "in progress", taskDefinition: "", reason: null };
  return followDeployment(context, config, id, options);
}
