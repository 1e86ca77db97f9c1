import type { RollbackPlan, RollbackResult } from "../operations/rollback.ts";
import { nextCommands } from "./next.ts";

const nameOf = (arn: string): string => arn.split("/").at(-1) ?? arn;

/** The question before a rollback. */
export const formatRollbackPlan = ({ service, from, to }: RollbackPlan): string =>
  from === to
    ? `Service ${service} has ${nameOf(to)} already. Wait until it runs?`
    : `Take service ${service} from ${nameOf(from)} back to ${nameOf(to)}?`;

/** How a rollback ended, and what to type next. */
export function formatRollback({ deployment, running, seconds }: RollbackResult): string {
  const { id, status, reason, taskDefinition } = deployment;
  if (status === "not started") return "Nothing was touched.";
  if (running)
    return `${nameOf(taskDefinition)} runs: deployment ${id} is complete, after ${seconds} s.\n\n${nextCommands([["ecsctl status", "the service in one picture"]])}`;
  const why = reason === null ? "" : `\n  ${reason.replaceAll("\n", "\n  ")}`;
  return `Deployment ${id} ${status === "superseded" ? "was superseded" : status}, after ${seconds} s.${why}\n\n${nextCommands([["ecsctl events --explain", "what happened, and why"]])}`;
}
