import { unknownValue, type Change, type LiveParts, type Resource } from "./resource.ts";

/** What another resource tells when it exists: `outputs("security-group/x", "id")`. */
export type Outputs = (id: string, name: string) => string;

type Cloud = Parameters<Resource<unknown, LiveParts>["read"]>[0];

/** A resource with its wanted values, its types put away, so that kinds can stand in one graph. */
export interface Node {
  /** `log-group//ecs/web`: unique, stable, the `id` of the plan's step. */
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** What a person reads: `log group /ecs/web`. */
  readonly title: string;
  readonly needs: readonly string[];
  /** False for what is there and should go. */
  readonly wanted: boolean;
  /** An update makes another version: what depends on this one sees new outputs. */
  readonly versioned: boolean;
  /** Remarks for the reader of the plan. */
  readonly notes: readonly string[];
  read(): Promise<LiveParts | undefined>;
  diff(live: LiveParts | undefined, outputs: Outputs): Change[];
  create(outputs: Outputs): Promise<LiveParts>;
  update(outputs: Outputs, live: LiveParts, changes: readonly Change[]): Promise<LiveParts>;
  delete(live: LiveParts): Promise<void>;
  passing(error: Error): boolean;
}

export interface NodeParts<Spec> {
  name: string;
  title?: string;
  needs?: readonly string[];
  wanted?: boolean;
  versioned?: boolean;
  notes?: readonly string[];
  /** The wanted values; called with unknown outputs to read, and again when they are known. */
  spec: (outputs: Outputs) => Spec;
}

/** Binds a resource to its place in the graph. */
export function bindNode<Spec, Live extends LiveParts>(
  resource: Resource<Spec, Live>,
  aws: Cloud,
  parts: NodeParts<Spec>,
): Node {
  const blind = parts.spec(() => unknownValue);
  return {
    id: `${resource.kind}/${parts.name}`,
    kind: resource.kind,
    name: parts.name,
    title: parts.title ?? `${resource.kind.replaceAll("-", " ")} ${parts.name}`,
    needs: parts.needs ?? [],
    wanted: parts.wanted ?? true,
    versioned: parts.versioned ?? false,
    notes: parts.notes ?? [],
    read: () => resource.read(aws, blind),
    diff: (live, outputs) => resource.diff(parts.spec(outputs), live as Live | undefined),
    create: (outputs) => resource.create(aws, parts.spec(outputs)),
    update: (outputs, live, changes) => resource.update(aws, parts.spec(outputs), live as Live, changes),
    delete: (live) => resource.delete(aws, blind, live as Live),
    passing: (error) => resource.passing?.(error) ?? false,
  };
}

/** Needs first; within that, in the order given. Throws on a circle or a need that is not in the graph. */
export function orderNodes<N extends { readonly id: string; readonly needs: readonly string[] }>(
  nodes: readonly N[],
): N[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ordered: N[] = [];
  const state = new Map<string, "open" | "done">();
  const visit = (node: N, trail: readonly string[]): void => {
    if (state.get(node.id) === "done") return;
    if (state.get(node.id) === "open")
      throw new Error(`The graph goes in a circle: ${[...trail, node.id].join(" → ")}`);
    state.set(node.id, "open");
    for (const need of node.needs) {
      const needed = byId.get(need);
      if (!needed) throw new Error(`${node.id} needs ${need}, which is not in the graph.`);
      visit(needed, [...trail, node.id]);
    }
    state.set(node.id, "done");
    ordered.push(node);
  };
  for (const node of nodes) visit(node, []);
  return ordered;
}

/** The same things with every arrow turned round: what needs something goes before it. */
export function reverseNeeds<N extends { readonly id: string; readonly needs: readonly string[] }>(
  nodes: readonly N[],
): Map<string, string[]> {
  const reversed = new Map<string, string[]>(nodes.map((node) => [node.id, []]));
  for (const node of nodes) for (const need of node.needs) reversed.get(need)?.push(node.id);
  return reversed;
}

/** The nodes of those kinds and all that they need; all nodes when no kind is named. */
export const selectNodes = (nodes: readonly Node[], kinds: readonly string[]): Node[] =>
  kinds.length === 0
    ? [...nodes]
    : withNeeds(
        nodes,
        nodes.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id),
      );

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

/** Reads every node side by side. */
export async function readNodes(nodes: readonly Node[]): Promise<Map<string, LiveParts | undefined>> {
  const lives = await Promise.all(nodes.map((node) => node.read()));
  return new Map(nodes.map((node, index) => [node.id, lives[index]]));
}
