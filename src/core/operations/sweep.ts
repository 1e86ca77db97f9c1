import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { isOwned } from "../plan/build.ts";
import { readNodes } from "../plan/graph.ts";
import { findTagged } from "../resources/find-tagged.ts";
import { poll } from "../wait/poll.ts";
import { buildDestroyGraph } from "./destroy-graph.ts";

/** How long AWS may go on listing what it has deleted, in seconds of its own time. */
const settleSeconds = 300;

/**
 * Looks for everything of the app by name and by tag until nothing is found, and deletes what a lost answer or a
 * changed `ecsctl.yaml` left behind; not what stays on purpose.
 */
export async function sweep(
  context: Context,
  config: Config,
  stays: (id: string) => boolean,
): Promise<{ deleted: string[]; remaining: string[] }> {
  const deleted = new Set<string>();
  const look = async (): Promise<string[]> => {
    const [named, tagged] = await Promise.all([findNamed(context, config), findTagged(context.aws, config.app)]);
    const going = tagged.filter(({ id }) => !stays(id));
    for (const found of going) if (await found.remove?.()) deleted.add(found.id);
    return [...new Set([...named.filter((id) => !stays(id)), ...going.map((found) => found.id)])];
  };
  let remaining = await look();
  if (remaining.length === 0) return { deleted: [...deleted], remaining };
  const from = context.aws.clock.now();
  await poll(context, {
    id: "sweep",
    what: "everything to be gone",
    stallSeconds: Infinity,
    look: async () => {
      remaining = await look();
      const late = context.aws.clock.now() - from > settleSeconds * 1000;
      return remaining.length === 0 || late ? { done: undefined } : { waiting: `still there: ${remaining.join(", ")}` };
    },
  });
  return { deleted: [...deleted], remaining };
}

/** What `ecsctl.yaml` names, is there and ours. */
async function findNamed(context: Context, config: Config): Promise<string[]> {
  const graph = await buildDestroyGraph(context, config);
  const readings = await readNodes(graph);
  return graph
    .filter(({ kind }) => !["scalable-target", "scaling-policy"].includes(kind))
    .filter(({ id }) => {
      const live = readings.get(id);
      return live !== undefined && live.tags !== undefined && isOwned(live, config.app);
    })
    .map(({ id }) => id);
}
