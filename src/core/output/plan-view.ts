import { styleText } from "node:util";
import type { Plan, Step } from "../plan/build.ts";
import { neverPushed } from "../plan/resource.ts";
import { formatCost } from "./cost-view.ts";
import { nextCommands } from "./next.ts";

type Format = Parameters<typeof styleText>[0];

const marks: Record<Step["action"], readonly [mark: string, format: Format]> = {
  create: ["+", "green"],
  update: ["~", "yellow"],
  replace: ["±", "magenta"],
  delete: ["-", "red"],
  adopt: ["@", "cyan"],
  keep: ["=", "dim"],
};

const style = (format: Format, text: string): string => styleText(format, text, { stream: process.stdout });

const show = (value: unknown): string =>
  typeof value === "string" ? value.trim().replaceAll("\n", "⏎ ") : JSON.stringify(value);

function formatChange({ path, from, to }: Step["changes"][number], isNew: boolean): string {
  if (from === undefined) return isNew ? `${path}: ${show(to)}` : `${path}: nothing → ${show(to)}`;
  if (to === undefined) return `${path}: ${show(from)} → nothing`;
  return `${path}: ${show(from)} → ${show(to)}`;
}

/** A step and what changes in it, indented by how deep it stands in the tree. */
function formatStep(step: Step, depth: number): string[] {
  const [mark, format] = marks[step.action];
  const indent = "  ".repeat(depth);
  const changes =
    step.action === "keep"
      ? []
      : step.changes.map((change) => `${indent}      ${formatChange(change, step.action === "create")}`);
  return [
    `${indent}${style(format, `${mark} ${step.action.padEnd(7)} ${step.title}`)}`,
    ...changes.map((line) => style("dim", line)),
    ...step.notes.map((note) => `${indent}      ${style("yellow", "!")} ${note}`),
  ];
}

/** Each step stands under the last of the things that it needs. */
function treeOf(steps: readonly Step[]): Map<string, Step[]> {
  const order = new Map(steps.map((step, index) => [step.id, index]));
  const children = new Map<string, Step[]>();
  for (const step of steps) {
    const parent = [...step.needs].sort((a, b) => (order.get(b) ?? 0) - (order.get(a) ?? 0))[0] ?? "";
    children.set(parent, [...(children.get(parent) ?? []), step]);
  }
  return children;
}

function formatTree(steps: readonly Step[]): string[] {
  const children = treeOf(steps);
  const under = (parent: string, depth: number): string[] =>
    (children.get(parent) ?? []).flatMap((step) => [...formatStep(step, depth), ...under(step.id, depth + 1)]);
  return under("", 0);
}

const counted = (steps: readonly Step[]): string => {
  const counts = Map.groupBy(steps, (step) => step.action);
  const actions = (Object.keys(marks) as Step["action"][]).filter((action) => counts.has(action));
  return actions.map((action) => `${counts.get(action)?.length} to ${action}`).join(", ");
};

/** The plan as a tree, with what it costs; for a person. */
export function formatPlan(plan: Plan): string {
  const warnings = plan.warnings.map((warning) => `${style("yellow", "Warning:")} ${warning}`);
  const head = plan.changes === 0 ? "Nothing to do." : `${counted(plan.steps)}.`;
  return [...formatTree(plan.steps), "", ...warnings, formatCost(plan.cost), head].join("\n");
}

/** The plan, and what to type next. */
export function formatPlanAnswer(plan: Plan): string {
  if (plan.changes === 0) return formatPlan(plan);
  const unpushed = plan.steps.some(({ changes }) => changes.some(({ to }) => to === neverPushed));
  const next: readonly [string, string] = unpushed
    ? ["ecsctl deploy --build", "build and push the image, do it, and wait for the service"]
    : ["ecsctl deploy", "do it, and wait for the service"];
  return `${formatPlan(plan)}\n\n${nextCommands([next])}`;
}
