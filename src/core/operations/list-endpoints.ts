import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { ServiceReader } from "../observe/service-reader.ts";
import type { Endpoint } from "../observe/snapshot.ts";
import { subjectOf } from "./read-status.ts";

/** The document of `ecsctl endpoints`; `unreachable` tells for each other task why it has no address. */
export interface EndpointList {
  endpoints: Endpoint[];
  unreachable: { task: string; why: string }[];
}

/** The address of every running task: the public address of its instance and its host port, its own, or the load balancer's. */
export async function listEndpoints(context: Context, project: Project): Promise<EndpointList> {
  const snapshot = await new ServiceReader(context.aws, subjectOf(project)).read(context.signal);
  return {
    endpoints: snapshot.endpoints,
    unreachable: snapshot.tasks.flatMap((task) =>
      // Behind a load balancer nobody needs a task's own address.
      task.noUrlBecause === null || snapshot.balancer ? [] : [{ task: task.id, why: task.noUrlBecause }],
    ),
  };
}
