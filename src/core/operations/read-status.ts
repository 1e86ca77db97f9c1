import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { ServiceReader } from "../observe/service-reader.ts";
import type { Snapshot, Subject } from "../observe/snapshot.ts";

/** The service that a project speaks about. */
export const subjectOf = ({ config }: Project): Subject => ({
  cluster: config.cluster.name,
  service: config.service.name,
  port: config.task.container.port,
  alarms: config.alarms.map(({ name }) => name),
});

/** The document of `ecsctl status`: the service, its tasks, capacity, scaling and alarms at one moment. */
export async function readStatus(context: Context, project: Project): Promise<Snapshot> {
  return new ServiceReader(context.aws, subjectOf(project)).read(context.signal);
}
