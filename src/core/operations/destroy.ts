import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { applyPlan } from "../plan/apply.ts";
import { buildPlan, isOwned, type Plan, type Readings } from "../plan/build.ts";
import { readNodes, type Node } from "../plan/graph.ts";
import type { LiveParts } from "../plan/resource.ts";
import { describeInterrupted, Journal, journalFile } from "../plan/journal.ts";
import { findShared } from "../resources/find-shared.ts";
import type { LoadBalancerLive } from "../resources/load-balancer.ts";
import { readAccount } from "../resources/surroundings.ts";
import { regionTag } from "../resources/tags.ts";
import { retryWhile } from "../wait/poll.ts";
import { buildDestroyGraph } from "./destroy-graph.ts";
import { addStrays } from "./strays.ts";
import { sweep } from "./sweep.ts";

export interface DestroyOptions {
  /** List what would go, touch nothing. */
  dryRun?: boolean | undefined;
  /** Leave the repository and its images. */
  keepImages?: boolean | undefined;
  /** Asked before anything is deleted; false stops without an error. Default: go. */
  confirm?: ((what: DestroyList) => Promise<boolean>) | undefined;
}

export interface Kept {
  resource: string;
  why: string;
}

/** What would be deleted, and what would stay. */
export interface DestroyList {
  app: string;
  owned: { id: string; title: string }[];
  kept: Kept[];
}

/** The document of `destroy --json`. */
export interface DestroyResult {
  app: string;
  region: string;
  deleted: string[];
  kept: Kept[];
  /** What is still there and ours after everything: empty, or something went wrong. */
  remaining: string[];
  /** With `--dry-run`, or when not confirmed: what would be deleted. */
  wouldDelete?: string[];
}

/** Deletes everything that the app owns, waits for it to be gone, and looks again until nothing is found. */
export async function destroy(context: Context, project: Project, options: DestroyOptions): Promise<DestroyResult> {
  const { config } = project;
  const { app } = config;
  const { region } = context.aws;
  const account = await readAccount(context.aws);
  const keepImages = options.keepImages ?? false;
  const [{ nodes: graph, others }, shared] = await Promise.all([
    buildDestroyGraph(context, config).then((own) => addStrays(context.aws, app, own)),
    findShared(context.aws, app, config.cluster.name),
  ]);
  const readings = await readNodes(graph);
  const limits = { region, shared, keepImages };
  const { nodes, kept } = separate(graph, readings, { app, ...limits });
  for (const { id } of others) {
    const why = findReason(id, undefined, limits);
    if (why !== undefined) kept.push({ resource: id, why });
  }
  const going = others.filter(({ id }) => !kept.some(({ resource }) => resource === id));
  const owned = [...nodes.map(({ id, title }) => ({ id, title })), ...going];
  const wouldDelete = owned.map(({ id }) => id);
  const untouched = { app, region, deleted: [], kept, remaining: [], wouldDelete };
  if (options.dryRun) return untouched;
  const journal = new Journal(journalFile(context.stateDir, { app, region, account }));
  if (owned.length > 0 && options.confirm && !(await options.confirm({ app, owned, kept }))) return untouched;
  const interrupted = describeInterrupted(journal.previous);
  if (interrupted) context.emit({ type: "note", message: interrupted });
  const deleted = await deleteNodes(context, app, nodes, readings, journal);
  const stays = new Set(kept.map(({ resource }) => resource));
  const swept = await sweep(context, config, (id) => stays.has(id) || (keepImages && id.startsWith("ecr-repository/")));
  if (swept.remaining.length === 0) journal.finish();
  return { app, region, deleted: [...deleted, ...swept.deleted], kept, remaining: swept.remaining };
}

/** What hangs on something that is not ours is not ours either. */
const follows: Readonly<Record<string, string>> = {
  "scalable-target": "ecs-service",
  "scaling-policy": "ecs-service",
  "scheduled-action": "ecs-service",
  "cluster-capacity-providers": "capacity-provider",
  "sns-subscription": "sns-topic",
  "insights-logs": "ecs-cluster",
};

interface Limits {
  app: string;
  region: string;
  /** What somebody else uses, by node id. */
  shared: ReadonlyMap<string, string>;
  keepImages: boolean;
}

/** The nodes to delete, and what exists but stays, with why. */
function separate(
  graph: readonly Node[],
  readings: Readings,
  { app, ...limits }: Limits,
): { nodes: Node[]; kept: Kept[] } {
  const there = graph.filter((node) => readings.get(node.id));
  const foreign = there.filter((node) => !isOwned(readings.get(node.id) ?? {}, app));
  const foreignKinds = new Set(foreign.map((node) => node.kind));
  const kept: Kept[] = foreign.map((node) => ({
    resource: node.id,
    why: "was not made by this app: it has no tag of it",
  }));
  const nodes = there.filter((node) => {
    if (foreign.includes(node)) return false;
    if (foreignKinds.has(follows[node.kind] ?? "")) {
      kept.push({ resource: node.id, why: `belongs to a ${follows[node.kind]} that was not made by this app` });
      return false;
    }
    const why = findReason(node.id, readings.get(node.id), limits) ?? findUser(node, foreign, readings);
    if (why !== undefined) kept.push({ resource: node.id, why });
    return why === undefined;
  });
  return { nodes, kept };
}

/** Why something of the app's own stays. */
function findReason(id: string, live: LiveParts | undefined, limits: Omit<Limits, "app">): string | undefined {
  if (limits.keepImages && id.startsWith("ecr-repository/")) return "--keep-images";
  const user = limits.shared.get(id);
  if (user !== undefined) return `the ${user} uses it, too`;
  const made = live?.tags?.[regionTag];
  if (made === undefined || made === limits.region) return undefined;
  return `it was made with the app in ${made}, and serves every region: \`ecsctl destroy --region ${made}\``;
}

/** A firewall of ours that somebody else's load balancer got with consent: AWS deletes none that is in use. */
function findUser(node: Node, foreign: readonly Node[], readings: Readings): string | undefined {
  const id = readings.get(node.id)?.outputs?.["id"];
  if (node.kind !== "security-group" || id === undefined) return undefined;
  const user = foreign.find(({ id: other, kind }) => {
    const { fields } = (readings.get(other) ?? {}) as Partial<LoadBalancerLive>;
    return kind === "load-balancer" && String(fields?.["securityGroup"]).split(", ").includes(id);
  });
  return user && `the ${user.title}, which was not made by this app, uses it`;
}

async function deleteNodes(
  context: Context,
  app: string,
  nodes: readonly Node[],
  readings: Readings,
  journal: Journal,
): Promise<string[]> {
  const present = new Set(nodes.map((node) => node.id));
  const going = nodes.map((node) => ({ ...node, needs: node.needs.filter((need) => present.has(need)) }));
  const plan: Plan = buildPlan(going, readings, { app, adopt: false });
  journal.begin("destroy", context.aws.clock.now());
  const { steps } = await applyPlan(going, plan, readings, {
    emit: context.emit,
    signal: context.signal,
    now: () => context.aws.clock.now(),
    journal,
    retry: (title, passing, action) => retryWhile(context, { title, passing, action, stallSeconds: 900 }),
    app,
    adopt: false,
  });
  return steps.filter((step) => step.action === "delete").map((step) => step.id);
}
