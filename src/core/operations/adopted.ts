import type { Plan } from "../plan/build.ts";

/**
 * What exists without our tag and is used although it lacks something; undefined when there is no such thing, or when
 * the user agreed that it be completed. For those who see no plan (`deploy --yes`), and for whoever reads why a step
 * failed.
 */
export function tellAdopted(plan: Plan, adopt: boolean): string | undefined {
  if (adopt) return undefined;
  const lacking = plan.steps.filter(({ action, changes }) => action === "adopt" && changes.length > 0);
  if (lacking.length === 0) return undefined;
  const named = lacking.map(({ title, changes }) => `${title} (${changes.map(({ path }) => path).join(", ")})`);
  return `not made by this app, and used as it is though it differs from ecsctl.yaml: ${named.join("; ")}`;
}
