import type { AddPolicyResult } from "../operations/add-scaling-policy.ts";
import type { ListPoliciesResult } from "../operations/list-scaling-policies.ts";
import type { RemovePolicyResult } from "../operations/remove-scaling-policy.ts";
import { formatTable } from "./columns.ts";
import { nextCommands } from "./next.ts";

/** The policy that was put in force, and what to type next. */
export function formatAddedPolicy({ policy, policies, alarms, target }: AddPolicyResult): string {
  const sides = policies.length > 1 ? ` (${policies.map(({ name }) => name).join(" and ")} in AWS)` : "";
  const does =
    policy.type === "scheduled"
      ? `Schedule ${policy.name} sets the limits at its time; until then the service has ${target.min} to ${target.max} tasks`
      : `Policy ${policy.name}${sides} scales the service between ${target.min} and ${target.max} tasks`;
  return [
    `${does}; it is in ecsctl.yaml too.`,
    ...alarms.map((alarm) => `  alarm ${alarm}`),
    "",
    nextCommands(
      ["scheduled", "predictive"].includes(policy.type)
        ? [["ecsctl scale policy list", "all that scales the service"]]
        : [
            ["ecsctl loadtest --until scaled", "load on the tasks until it acts"],
            ["ecsctl watch", "see it act"],
          ],
    ),
  ].join("\n");
}

/** Every policy in a line. */
export function formatPolicies({ policies, target, suspended }: ListPoliciesResult): string {
  if (!target) return "Nothing scales this service.\n\n" + nextCommands([["ecsctl scale policy add NAME", "let it"]]);
  const rows = policies.map((policy) => [`  ${policy.name}`, policy.does, policy.inFile ? "" : "not in ecsctl.yaml"]);
  const limits = `Between ${target.min} and ${target.max} tasks${suspended.length > 0 ? `, suspended: ${suspended.join(", ")}` : ""}`;
  if (rows.length === 0)
    return `${limits}; no policy scales in between.\n\n${nextCommands([["ecsctl scale policy add NAME", "let one"]])}`;
  return [`${limits}:`, ...formatTable(rows)].join("\n");
}

/** What went, and what stays. */
export function formatRemovedPolicy({ removed, target }: RemovePolicyResult): string {
  const limits = target ? ` The limits of ${target.min} to ${target.max} tasks stay.` : "";
  return `Policy ${removed} is gone, in AWS and in ecsctl.yaml.${limits}`;
}
