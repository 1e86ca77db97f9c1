import type { Aws } from "../aws/aws.ts";
import { shareReads } from "../aws/shared-reads.ts";
import { bindNode, type Node } from "../plan/graph.ts";
import { ownerTag } from "../plan/resource.ts";
import { findOwnRoles, type OwnRoles } from "../resources/find-roles.ts";
import { findTagged } from "../resources/find-tagged.ts";
import type { Found } from "../resources/found.ts";
import { iamRole } from "../resources/iam-role.ts";
import { instanceProfile } from "../resources/instance-profile.ts";
import { listTaggedArns } from "../resources/tagged-arns.ts";

const left = "(no longer in ecsctl.yaml)";

/** What there is to delete: the graph with what must go in its midst, and what the sweep takes afterwards. */
export interface WithStrays {
  nodes: Node[];
  /** Alarms, log groups, topics and so on that `ecsctl.yaml` no longer names. */
  others: { id: string; title: string }[];
}

/**
 * Adds what carries the app's mark but is no longer in `ecsctl.yaml`. Services go first: nothing else could go while
 * they are there. Roles go before the task definitions and launch templates that name them: afterwards nobody could
 * tell which they were.
 */
export async function addStrays(client: Aws, app: string, graph: readonly Node[]): Promise<WithStrays> {
  const aws = shareReads(client);
  const [tagged, roles] = await Promise.all([
    findTagged(aws, app),
    listTaggedArns(aws, app).then((arns) => findOwnRoles(aws, app, arns)),
  ]);
  const known = new Set(graph.map((node) => node.id));
  const unknown = tagged.filter(({ id }) => !known.has(id));
  const services = ofKind(unknown, "ecs-service").map((found) => strayNode(found, app, []));
  const doors = ofKind(unknown, "load-balancer").map((found) => strayNode(found, app, idsOf(services)));
  const away = graph.filter(({ kind }) => ["ecs-service", "auto-scaling-group"].includes(kind)).map(({ id }) => id);
  const after = [...away, ...idsOf(services)];
  const identities = strayRoles(client, app, roles, after).filter(({ id }) => !known.has(id));
  return {
    nodes: [...services, ...doors, ...identities, ...reorder(graph, { services, doors, identities })],
    others: unknown
      .filter(({ id, remove }) => remove && ![...services, ...doors].some((node) => node.id === id))
      .map(({ id }) => ({ id, title: titleOf(id) })),
  };
}

const idsOf = (nodes: readonly Node[]): string[] => nodes.map(({ id }) => id);
const ofKind = (found: readonly Found[], kind: string): Found[] => found.filter(({ id }) => id.startsWith(`${kind}/`));
/** `log-group//ecs/web` is the log group /ecs/web. */
const titleOf = (id: string): string => {
  const at = id.indexOf("/");
  return `${id.slice(0, at).replace(/^ecs-/, "").replaceAll("-", " ")} ${id.slice(at + 1)} ${left}`;
};

interface First {
  services: readonly Node[];
  doors: readonly Node[];
  identities: readonly Node[];
}

/** What of the graph must wait for what is no longer in the file. */
function reorder(graph: readonly Node[], { services, doors, identities }: First): Node[] {
  const waitsFor: Readonly<Record<string, readonly Node[]>> = {
    "cluster-capacity-providers": services,
    "capacity-provider": services,
    "auto-scaling-group": services,
    "ecs-cluster": services,
    "security-group": [...services, ...doors],
    "target-group": [...services, ...doors],
    "task-definition": [...services, ...identities],
    "launch-template": identities,
  };
  return graph.map((node) => ({ ...node, needs: [...node.needs, ...idsOf(waitsFor[node.kind] ?? [])] }));
}

function strayNode({ id, remove }: Found, app: string, needs: readonly string[]): Node {
  const at = id.indexOf("/");
  const live = async () => ({ tags: { [ownerTag]: app } });
  return {
    id,
    kind: id.slice(0, at),
    name: id.slice(at + 1),
    title: titleOf(id),
    needs,
    wanted: false,
    versioned: false,
    notes: [],
    read: live,
    diff: () => [],
    create: live,
    update: live,
    delete: async () => void (await remove?.()),
    passing: () => false,
  };
}

/** A profile holds its role, so it goes first. */
function strayRoles(aws: Aws, app: string, { roles, profiles }: OwnRoles, needs: readonly string[]): Node[] {
  const tags = { [ownerTag]: app };
  const going = profiles.map(({ name }) =>
    bindNode(instanceProfile, aws, {
      name,
      title: `instance profile ${name} ${left}`,
      wanted: false,
      needs,
      spec: () => ({ name, role: name, tags }),
    }),
  );
  const held = roles.map((name) =>
    bindNode(iamRole, aws, {
      name,
      title: `role ${name} ${left}`,
      wanted: false,
      needs: [...needs, ...going.map(({ id }) => id)],
      spec: () => ({ name, principal: "", policies: [], description: "", tags }),
    }),
  );
  return [...going, ...held];
}
