import type { DeployResult } from "../operations/deploy.ts";
import type { DestroyList, DestroyResult } from "../operations/destroy.ts";
import { nextCommands } from "./next.ts";

const next = nextCommands([
  ["ecsctl endpoints", "the address of every task"],
  ["ecsctl status", "the service in one picture"],
]);

/** How a deploy ended, and what to type next. */
export function formatDeploy({ deployment, steps, seconds }: DeployResult): string {
  const { id, status, reason, taskDefinition } = deployment;
  const changed = steps.filter((step) => !["keep", "adopt"].includes(step.action)).length;
  const did = changed === 0 ? "Nothing had to change" : changed === 1 ? "1 change" : `${changed} changes`;
  const revision = taskDefinition.split("/").at(-1);
  const why = reason === null ? "" : `\n  ${reason.replaceAll("\n", "\n  ")}`;
  switch (status) {
    case "completed":
      return `${did}; deployment ${id} of ${revision} is complete, after ${seconds} s.\n\n${next}`;
    case "in progress":
      return `${did}; deployment ${id} goes on by itself.\n\n${nextCommands([["ecsctl watch --until stable", "see it through"]])}`;
    case "not started":
      return reason === "not confirmed"
        ? "Nothing was touched."
        : `${did}; no deployment was started: ${reason ?? ""}.`;
    default:
      return `Deployment ${id} of ${revision} ${status === "superseded" ? "was superseded" : status}, after ${seconds} s.${why}\n\n${nextCommands([["ecsctl events --explain", "what happened, and why"]])}`;
  }
}

/** What `destroy` is about to delete; for the question. */
export function formatDestroyList({ app, owned, kept }: DestroyList): string {
  return [
    `Everything of ${app}:`,
    ...owned.map(({ title }) => `  - ${title}`),
    ...kept.map(({ resource, why }) => `  = ${nameResource(resource)} stays: ${why}`),
  ].join("\n");
}

/** What was deleted, what stays and what could not go. */
export function formatDestroy({ app, region, deleted, kept, remaining, wouldDelete }: DestroyResult): string {
  const lines = [
    ...(wouldDelete ?? []).map((id) => `would delete ${nameResource(id)}`),
    ...deleted.map((id) => `deleted ${nameResource(id)}`),
    ...kept.map(({ resource, why }) => `kept ${nameResource(resource)}: ${why}`),
    ...remaining.map((id) => `still there: ${nameResource(id)}`),
  ];
  const end = wouldDelete
    ? "Nothing was touched."
    : remaining.length > 0
      ? "Not everything is gone; `ecsctl destroy` again goes on."
      : lines.length === 0
        ? `There is nothing of ${app} in ${region}.`
        : "Nothing that ecsctl made is left.";
  return [...lines, end].join("\n");
}

/** Kinds that people call otherwise. */
const spoken: Readonly<Record<string, string>> = {
  "ecs-cluster": "cluster",
  "ecs-service": "service",
  "ecr-repository": "repository",
  "iam-role": "role",
  "auto-scaling-group": "Auto Scaling group",
  "cluster-capacity-providers": "capacity providers of cluster",
};

/** `log-group//ecs/web` is the log group /ecs/web. */
function nameResource(id: string): string {
  const slash = id.indexOf("/");
  const kind = id.slice(0, slash);
  return slash < 0 ? id : `${spoken[kind] ?? kind.replaceAll("-", " ")} ${id.slice(slash + 1)}`;
}
