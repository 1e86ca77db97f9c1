import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { applyPlan } from "../plan/apply.ts";
import { awsError } from "../errors.ts";
import { buildPlan, isOwned, type Readings } from "../plan/build.ts";
import { type Node, readNodes } from "../plan/graph.ts";
import { retryWhile } from "../wait/poll.ts";

/** Makes a few things of the app as they are wanted, outside of a deploy; returns what there is then, by node id. */
export async function applyNodes(context: Context, config: Config, nodes: readonly Node[]): Promise<Readings> {
  const readings = await readNodes(nodes);
  const plan = buildPlan(nodes, readings, { app: config.app, adopt: false });
  for (const { action, changes, title } of plan.steps)
    if (action === "adopt" && changes.length > 0)
      context.emit({
        type: "warning",
        message: `${title} was not made by ${config.app} and is left as it is, though it differs: ${changes.map(({ path }) => path).join(", ")}.`,
      });
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

/** Throws an AWS error (exit 4) when somebody else's thing has the name: it would be left as it is. */
export async function refuseForeign(config: Config, node: Node, hint: string): Promise<void> {
  const live = await node.read();
  if (!live || isOwned(live, config.app)) return;
  throw awsError({
    code: "NotOurs",
    message: `There is ${article(node.title)} ${node.title} already, which ${config.app} has not made.`,
    hint,
  });
}

const article = (title: string): string => (/^[aeiou]/i.test(title) ? "an" : "a");

/** Deletes what a node stands for, telling about it; false when it is not there. */
export async function deleteNode(context: Context, node: Node): Promise<boolean> {
  const live = await node.read();
  if (!live) return false;
  context.emit({ type: "step", id: node.id, title: node.title, action: "delete", status: "started" });
  await node.delete(live);
  context.emit({ type: "step", id: node.id, title: node.title, action: "delete", status: "done" });
  return true;
}
