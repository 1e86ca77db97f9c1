import type { Project } from "../config/project.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { EcsctlError } from "../errors.ts";
import { buildPlan, type Plan, type Readings } from "../plan/build.ts";
import { readNodes, selectNodes, type Node } from "../plan/graph.ts";
import { listPolicies } from "../resources/scaling-policy.ts";
import { readAccount, readNetwork, readSurroundings } from "../resources/surroundings.ts";
import { checkCapacity } from "./check-capacity.ts";
import { buildDeployGraph, resourceIdOf } from "./deploy-graph.ts";
import { estimateCost } from "./estimate-cost.ts";
import { findImage } from "./find-image.ts";
import { writePlanFile } from "./plan-file.ts";

export interface PlanOptions {
  /** Complete what exists without our tag. */
  adopt?: boolean | undefined;
  /** Tag or reference; default: the tag of `ecsctl.yaml`. */
  image?: string | undefined;
  /** Only these kinds of resources and what they need; all when empty or absent. */
  only?: readonly string[] | undefined;
}

/** A plan with what is needed to carry it out. */
export interface Planned {
  plan: Plan;
  nodes: Node[];
  readings: Readings;
  account: string;
}

/** Stands in a plan for an image that was never pushed. */
const neverPushed = "(known after push)";

/** Reads everything side by side and decides every step. `needImage`: a task definition without an image is an error. */
export async function planDeploy(
  context: Context,
  { config }: Project,
  options: PlanOptions & { needImage: boolean },
): Promise<Planned> {
  const { aws } = context;
  const { capacity } = config.cluster;
  const ownNetwork = config.service.launchType === "FARGATE" || config.loadBalancer !== undefined;
  const [account, surroundings, network, image, policies] = await Promise.all([
    readAccount(aws),
    capacity && readSurroundings(aws, capacity),
    ownNetwork ? readNetwork(aws) : undefined,
    lookForImage(context, config, options.image),
    listPolicies(aws, resourceIdOf(config)),
  ]);
  const warnings = surroundings ? checkCapacity(config, surroundings.instanceType) : [];
  const names = policies.map((policy) => policy.PolicyName ?? "");
  const pinned = typeof image === "string" ? image : neverPushed;
  const graph = buildDeployGraph(aws, config, { surroundings, network, image: pinned, policies: names });
  const nodes = selectNodes(graph, options.only ?? []);
  if (image instanceof EcsctlError && nodes.some((node) => node.kind === "task-definition")) {
    if (options.needImage) throw image;
    warnings.push("the image was never pushed: `ecsctl push` comes before `ecsctl deploy`");
  }
  if (!config.scaling && names.length > 0)
    warnings.push(`the service has scaling policies that ecsctl.yaml does not name: ${names.join(", ")}`);
  const readings = await readNodes(nodes);
  const plan = buildPlan(nodes, readings, { app: config.app, adopt: options.adopt ?? false });
  if (plan.steps.some(({ resource, action }) => resource === "launch-template" && action === "update"))
    warnings.push("instances that run already keep the launch template they were made from");
  return { plan: { ...plan, cost: estimateCost(config, aws.region), warnings }, nodes, readings, account };
}

/** The image, or the error that says that it was never pushed. */
async function lookForImage(
  context: Context,
  config: Config,
  wanted: string | undefined,
): Promise<string | EcsctlError> {
  try {
    return await findImage(context.aws, config, wanted);
  } catch (error) {
    if (error instanceof EcsctlError && error.code === "ImageNotFound") return error;
    throw error;
  }
}

/** What `deploy` would change: the document of `plan --json`, also written to the file `out`. */
export async function plan(
  context: Context,
  project: Project,
  options: PlanOptions & { out?: string | undefined },
): Promise<Plan> {
  const planned = await planDeploy(context, project, { ...options, needImage: false });
  if (options.out !== undefined) await writePlanFile(options.out, planned.plan);
  return planned.plan;
}
