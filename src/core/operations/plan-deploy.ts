import type { Project } from "../config/project.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { EcsctlError } from "../errors.ts";
import type { Aws } from "../aws/aws.ts";
import { gatherReads } from "../aws/gathered-reads.ts";
import { knowTags } from "../aws/known-tags.ts";
import { shareReads } from "../aws/shared-reads.ts";
import { buildPlan, type Plan, type Readings } from "../plan/build.ts";
import { estimate } from "../pricing/estimate.ts";
import { readNodes, selectNodes, type Node } from "../plan/graph.ts";
import { neverPushed, ownerTag, unknownValue } from "../plan/resource.ts";
import { type Network, readNetwork } from "../resources/network.ts";
import { readAccount, readSurroundings, type Surroundings } from "../resources/surroundings.ts";
import { isOnFargate } from "./balancer-graph.ts";
import { blindFacts } from "./blind-facts.ts";
import { checkCapacity } from "./check-capacity.ts";
import { buildDeployGraph } from "./deploy-graph.ts";
import { noteDrift, readDeployed } from "./drift.ts";
import { refuseOtherVpc } from "./refuse-other-vpc.ts";
import { changesNetwork, findKnownNetwork, findKnownSurroundings, surrounded } from "./known-surroundings.ts";
import { findLeftBehind, type LeftBehind } from "./left-behind.ts";
import { warnOfLeft } from "./warn-of-left.ts";
import { findImage, imageIdOf } from "./find-image.ts";
import { writePlanFile } from "./plan-file.ts";
import { readScalingFacts, type ScalingFacts } from "./scaling-facts.ts";

export interface PlanOptions {
  /** Complete what exists without our tag. */
  adopt?: boolean | undefined;
  /** Tag or reference; default: the tag of `ecsctl.yaml`. */
  image?: string | undefined;
  /** Only these kinds of resources and what they need; all when empty or absent. */
  only?: readonly string[] | undefined;
}

type Capacity = NonNullable<Config["cluster"]["capacity"]>;

/** A plan with what is needed to carry it out. */
export interface Planned {
  plan: Plan;
  nodes: Node[];
  readings: Readings;
  account: string;
}

/**
 * Reads everything side by side and decides every step. What surrounds the instances, the tasks and the load balancer is
 * looked up only when they are to be made or changed. `needImage`: a task definition without an image is an error.
 */
export async function planDeploy(
  context: Context,
  { config }: Project,
  options: PlanOptions & { needImage: boolean },
): Promise<Planned> {
  const { capacity } = config.cluster;
  const aws = knowTags(gatherReads(shareReads(context.aws)), { key: ownerTag, value: config.app });
  const only = options.only ?? [];
  const imageId = imageIdOf(config, options.image);
  // What there is can be read by name, whatever surrounds it; who asks twice shares the answer.
  const graph = buildDeployGraph(aws, config, { ...blindFacts, imageId });
  const ahead = readNodes(selectNodes(graph, only));
  const [readings, left, warnings, surroundings, network, image, scaling, account] = await Promise.all([
    ahead,
    findLeftBehind(aws, config, ahead),
    warnOfLeft(aws, config, ahead),
    capacity && ahead.then((found) => findKnownSurroundings(config, found) ?? lookAround(aws, config, capacity)),
    lookForNetwork(aws, config, graph),
    lookForImage(aws, config, options.image, () => readRunning(graph)),
    readScalingFacts(aws, config),
    ahead.then((found) => accountOf(found) ?? readAccount(aws)),
  ]);
  refuseOtherVpc(config, readings, [surroundings?.vpcId, network?.vpcId]);
  const parts = { readings, left, warnings, surroundings, network, image, scaling, only };
  const planned = await decide(context, config, parts, options);
  const anew = await lookAgain(aws, config, planned.plan, parts);
  refuseOtherVpc(config, readings, [anew?.surroundings?.vpcId, anew?.network?.vpcId]);
  return { ...(anew ? await decide(context, config, { ...parts, ...anew }, options) : planned), account };
}

const ofKind = (nodes: readonly Node[], kind: string): Node | undefined => nodes.find((node) => node.kind === kind);

/** The network of tasks and load balancer: that which our load balancer is in, else the account's. */
async function lookForNetwork(aws: Aws, config: Config, graph: readonly Node[]): Promise<Network | undefined> {
  if (!isOnFargate(config) && config.loadBalancer === undefined) return undefined;
  return findKnownNetwork(config, await ofKind(graph, "load-balancer")?.read()) ?? readItsNetwork(aws, config);
}

const readItsNetwork = (aws: Aws, { network, loadBalancer }: Config): Promise<Network> =>
  readNetwork(aws, network, { balanced: loadBalancer !== undefined });

const lookAround = (aws: Aws, { network }: Config, capacity: Capacity): Promise<Surroundings> =>
  readSurroundings(aws, { ...capacity, network });

/** The image of the newest revision. */
async function readRunning(graph: readonly Node[]): Promise<string | undefined> {
  const live = await ofKind(graph, "task-definition")?.read();
  const { fields } = (live ?? {}) as { fields?: { image?: string } };
  return fields?.image;
}

/** What surrounds things that are to be made or changed, where the plan did without; undefined when it may stay. */
async function lookAgain(
  aws: Aws,
  config: Config,
  { steps }: Plan,
  { surroundings, network }: Parts,
): Promise<Partial<Parts> | undefined> {
  const { capacity } = config.cluster;
  const machines = steps.some(({ resource, action }) => surrounded.includes(resource) && action !== "keep");
  const unknown = capacity && machines && surroundings?.vpcId === unknownValue;
  const moves = network && steps.some(changesNetwork);
  if (!unknown && !moves) return undefined;
  const [around, net] = await Promise.all([
    unknown ? lookAround(aws, config, capacity) : surroundings,
    moves ? readItsNetwork(aws, config) : network,
  ]);
  return { surroundings: around, network: net };
}

interface Parts {
  readings: Readings;
  left: LeftBehind | undefined;
  /** Of what left the file and stays. */
  warnings: readonly string[];
  surroundings: Surroundings | undefined;
  network: Network | undefined;
  image: string | EcsctlError;
  scaling: ScalingFacts;
  only: readonly string[];
}

async function decide(
  context: Context,
  config: Config,
  { readings: found, left, warnings: known, surroundings, network, image, scaling, only }: Parts,
  options: PlanOptions & { needImage: boolean },
): Promise<Omit<Planned, "account">> {
  const { aws } = context;
  const warnings = surroundings ? checkCapacity(config, surroundings.instanceType) : [];
  const pinned = typeof image === "string" ? image : neverPushed;
  const graph = buildDeployGraph(aws, config, { surroundings, network, image: pinned, scaling });
  const early: Readings = new Map([...found, ...(left?.readings ?? [])]);
  const nodes = selectNodes([...graph, ...(left?.build(aws, graph) ?? [])], only);
  if (image instanceof EcsctlError && nodes.some((node) => node.kind === "task-definition")) {
    if (options.needImage) throw image;
    const asked = options.image === undefined ? "" : ` ${config.image.repository}:${options.image}`;
    warnings.push(`the image${asked} was never pushed: \`ecsctl push\` comes before \`ecsctl deploy\``);
  }
  warnings.push(...warnOfScaling(config, scaling), ...known);
  const readings = new Map([...early, ...(await readNodes(nodes.filter((node) => mustBeReadAgain(node, early))))]);
  const deployed = readDeployed(context, config, accountOf(readings));
  const plan = noteDrift(
    buildPlan(nodes, readings, { app: config.app, adopt: options.adopt ?? false }),
    deployed,
    nodes,
  );
  if (plan.steps.some(({ resource, action }) => resource === "launch-template" && action === "update"))
    warnings.push("instances that run already keep the launch template they were made from");
  return {
    plan: { ...plan, cost: estimate(config, { region: aws.region, zones: network?.subnetIds.length }), warnings },
    nodes,
    readings,
  };
}

function warnOfScaling(config: Config, { policies, over }: ScalingFacts): string[] {
  const unnamed = !config.scaling && policies.length > 0;
  return [
    ...(unnamed ? [`the service has scaling policies that ecsctl.yaml does not name: ${policies.join(", ")}`] : []),
    ...over.map((name) => `the schedule of ${name} has passed: ecsctl scale policy remove ${name}`),
  ];
}

/** Unwanted policies are known late; a firewall of somebody else's is found only in its network. */
const mustBeReadAgain = ({ id, kind }: Node, early: Readings): boolean =>
  !early.has(id) || (kind === "security-group" && early.get(id) === undefined);

/** The account is part of every ARN. */
function accountOf(readings: Readings): string | undefined {
  const arns = [...readings.values()].map((live) => live?.outputs?.["arn"] ?? "");
  return arns.map((arn) => /^arn:[^:]+:ecs:[^:]*:(\d{12}):/.exec(arn)?.[1]).find((account) => account !== undefined);
}

/** The image, or the error that says that it was never pushed. */
async function lookForImage(
  aws: Aws,
  config: Config,
  wanted: string | undefined,
  running: () => Promise<string | undefined>,
): Promise<string | EcsctlError> {
  try {
    return await findImage(aws, config, wanted, running);
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
  if (options.out !== undefined) await writePlanFile(options.out, planned.plan, options);
  return planned.plan;
}
