import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { applyPlan } from "../plan/apply.ts";
import { buildPlan, type Readings } from "../plan/build.ts";
import { type Node, readNodes } from "../plan/graph.ts";
import { retryWhile } from "../wait/poll.ts";

/** Makes a few things of the app as they are wanted, outside of a deploy; returns what there is then, by node id. */
export async function applyNodes(context: Context, config: Config, nodes: readonly Node[]): Promise<Readings> {
  const readings = await readNodes(nodes);
  const plan = buildPlan(nodes, readings, { app: config.app, adopt: false });
  const applied = await applyPlan(nodes, plan, readings, {
    emit: context.emit,
    signal: context.signal,
    now: () => context.aws.clock.now(),
    retry: (title, passing, action) => retryWhile(context, { title, passing, action }),
    app: config.app,
    adopt: false,
  });
  return applied.readings;
}

/** The nodes of those ids and all that they need, in the order of the graph. */
export function withNeeds(nodes: readonly Node[], ids: readonly string[]): Node[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const chosen = new Set<string>();
  const choose = (id: string): void => {
    if (chosen.has(id)) return;
    chosen.add(id);
    for (const need of byId.get(id)?.needs ?? []) choose(need);
  };
  for (const id of ids) choose(id);
  return nodes.filter(({ id }) => chosen.has(id));
}

/** Deletes what a node stands for, telling about it; false when it is not there. */
export async function deleteNode(context: Context, node: Node): Promise<boolean> {
  const live = await node.read();
  if (!live) return false;
  context.emit({ type: "step", id: node.id, title: node.title, action: "delete", status: "started" });
  await node.delete(live);
  context.emit({ type: "step", id: node.id, title: node.title, action: "delete", status: "done" });
  return true;
}
