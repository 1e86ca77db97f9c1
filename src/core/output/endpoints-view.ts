import type { EndpointList } from "../operations/list-endpoints.ts";
import { formatTable } from "./columns.ts";

/** The text of `ecsctl endpoints`: the address first, so that it is easy to copy. */
export function formatEndpoints({ endpoints, unreachable }: EndpointList): string {
  const rows = formatTable(
    endpoints.map((one) => [one.url, wayIn(one.task), `port ${one.containerPort}`, one.instance]),
  );
  const without = unreachable.map(({ task, why }) => `task ${task.slice(0, 12)} has no address: ${why}`);
  const next = endpoints.length > 0 ? "Next: ecsctl loadtest --until scaled" : "Next: ecsctl status";
  return [...(rows.length > 0 ? rows : ["No task has an address yet."]), ...without, "", next].join("\n");
}

const wayIn = (task: string): string =>
  task.startsWith("load-balancer/") ? task.replace("load-balancer/", "load balancer ") : `task ${task.slice(0, 12)}`;
