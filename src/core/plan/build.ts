import type { Cost } from "../pricing/cost.ts";
import { orderNodes, type Node, type Outputs } from "./graph.ts";
import { isTagChange, ownerTag, unknownValue, type Change, type LiveParts } from "./resource.ts";

export type Action = "create" | "update" | "replace" | "delete" | "keep" | "adopt";

export interface Step {
  id: string;
  /** The kind: `log-group`. */
  resource: string;
  /** What a person reads: `log group /ecs/web`. */
  title: string;
  action: Action;
  changes: Change[];
  needs: string[];
  /** Remarks: "open to the world". */
  notes: string[];
}

/** A deploy as data: the document of `plan --json`. */
export interface Plan {
  version: 1;
  /** How many steps change something. */
  changes: number;
  steps: Step[];
  cost: Cost | null;
  warnings: string[];
}

export type Readings = ReadonlyMap<string, LiveParts | undefined>;

export interface BuildOptions {
  app: string;
  /** The user agreed that what exists without our tag may be completed. */
  adopt: boolean;
}

export const isOwned = (live: LiveParts, app: string): boolean => !live.tags || live.tags[ownerTag] === app;

/** What one node needs, given what was read. Pure. */
export function decideStep(node: Node, live: LiveParts | undefined, outputs: Outputs, app: string): Step {
  const step = { id: node.id, resource: node.kind, title: node.title, needs: [...node.needs], notes: [...node.notes] };
  if (!node.wanted) return { ...step, action: live && isOwned(live, app) ? "delete" : "keep", changes: [] };
  const changes = node.diff(live, outputs);
  if (!live) return { ...step, action: "create", changes };
  if (!isOwned(live, app)) {
    const differences = changes.filter((change) => !isTagChange(change));
    const notes = [...step.notes, "exists already and was not made by this app: used, never deleted"];
    if (differences.length > 0) notes.push("differs from ecsctl.yaml; only --adopt changes it");
    return { ...step, notes, action: "adopt", changes: differences };
  }
  if (changes.length === 0) return { ...step, action: "keep", changes };
  return { ...step, action: changes.some((change) => change.replace) ? "replace" : "update", changes };
}

/** True when applying the step changes something in AWS. */
export function isPending(step: Step, adopt: boolean): boolean {
  return step.action === "adopt" ? adopt && step.changes.length > 0 : step.action !== "keep";
}

/** Orders the graph and decides every step. Pure: everything that was read is in `readings`. */
export function buildPlan(nodes: readonly Node[], readings: Readings, options: BuildOptions): Plan {
  const renewed = new Set<string>();
  const outputs: Outputs = (id, name) =>
    renewed.has(id) ? unknownValue : (readings.get(id)?.outputs?.[name] ?? unknownValue);
  const steps = orderNodes(nodes).map((node) => {
    const step = decideStep(node, readings.get(node.id), outputs, options.app);
    if (step.action === "create" || step.action === "replace") renewed.add(node.id);
    const newVersion = node.versioned && step.action === "update" && !step.changes.every(isTagChange);
    if (newVersion) renewed.add(node.id);
    return step;
  });
  return {
    version: 1,
    changes: steps.filter((step) => isPending(step, options.adopt)).length,
    steps,
    cost: null,
    warnings: [],
  };
}
