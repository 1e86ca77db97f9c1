import type { Aws } from "../aws/aws.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { reverseNeeds, type Node } from "../plan/graph.ts";
import { ownerTag, type LiveParts } from "../plan/resource.ts";
import { deleteInsightsLogs, hasInsightsLogs, insightsLogGroup } from "../resources/insights-logs.ts";
import { listRevisions } from "../resources/task-definition.ts";
import { waitForGroupGone, waitForProviderGone, waitForServiceGone } from "../wait/capacity.ts";
import { blindFacts } from "./blind-facts.ts";
import { buildDeployGraph, resourceIdOf } from "./deploy-graph.ts";
import { listScaling } from "./scaling-facts.ts";
import { buildTargetNode, buildUnwantedNodes } from "./scaling-graph.ts";

/**
 * The graph of `deploy` backwards, each deletion waiting until the thing is gone: policies and target, service, its
 * capacity provider (detached first), the Auto Scaling group with its instances, and then what they hung on.
 */
export async function buildDestroyGraph(context: Context, config: Config): Promise<Node[]> {
  const { aws } = context;
  const scaling = await listScaling(aws, resourceIdOf(config));
  const service = `ecs-service/${config.service.name}`;
  const deployed = buildDeployGraph(aws, { ...config, scaling: undefined }, blindFacts);
  const target = buildTargetNode(aws, config, { min: 0, max: 0 }, [service]);
  const unwanted = buildUnwantedNodes(aws, config, scaling).map((node) => ({ ...node, needs: [target.id] }));
  const all = [...deployed, target, ...unwanted];
  const reversed = reverseNeeds(all);
  const going = all.map((node) => ({
    ...waitForEnd(context, config, node),
    wanted: false,
    needs: reversed.get(node.id) ?? [],
    notes: [],
  }));
  return config.cluster.containerInsights ? [...going, insightsNode(aws, config.cluster.name)] : going;
}

/** What Container Insights wrote about the cluster, which AWS keeps when the cluster has gone. */
function insightsNode(aws: Aws, cluster: string): Node {
  const kind = "insights-logs";
  const live = async () => ((await hasInsightsLogs(aws, cluster)) ? {} : undefined);
  return {
    id: `${kind}/${cluster}`,
    kind,
    name: cluster,
    title: `log group ${insightsLogGroup(cluster)}`,
    needs: [`ecs-cluster/${cluster}`],
    wanted: false,
    versioned: false,
    notes: [],
    read: live,
    diff: () => [],
    create: async () => ({}),
    update: async () => ({}),
    delete: () => deleteInsightsLogs(aws, cluster),
    passing: () => false,
  };
}

function waitForEnd(context: Context, config: Config, node: Node): Node {
  const ends: Record<string, () => Promise<void>> = {
    "ecs-service": () => waitForServiceGone(context, { cluster: config.cluster.name, service: node.name }),
    "auto-scaling-group": () => waitForGroupGone(context, node.name),
    "capacity-provider": () => waitForProviderGone(context, node.name),
  };
  const end = ends[node.kind];
  const own = node.kind === "task-definition" ? { ...node, read: () => readRevisions(context, config) } : node;
  if (!end) return own;
  const remove = async (live: LiveParts): Promise<void> => {
    await node.delete(live);
    await end();
  };
  return { ...own, delete: remove };
}

/** A family is there as long as it has revisions with our mark, active or not. */
async function readRevisions({ aws }: Context, config: Config): Promise<LiveParts | undefined> {
  const revisions = await listRevisions(aws, config.task.family, config.app);
  return revisions.length > 0 ? { tags: { [ownerTag]: config.app } } : undefined;
}
