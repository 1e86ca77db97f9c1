import { isWanted, services } from "./records/ecs.ts";
import type { ScalableResource } from "./scalable.ts";
import { tasksOf } from "./services.ts";
import type { Region } from "./world.ts";

const prefix = "service/";

const find = (region: Region, resourceId: string) => {
  const key = resourceId.startsWith(prefix) ? resourceId.slice(prefix.length) : resourceId;
  const service = services(region).get(key);
  return service?.status === "ACTIVE" ? service : undefined;
};

/** ECS services as Application Auto Scaling sees them: `service/CLUSTER/SERVICE`, dimension `ecs:service:DesiredCount`. */
export const ecsServices: ScalableResource = {
  read(region, resourceId) {
    const service = find(region, resourceId);
    if (!service) return undefined;
    const running = tasksOf(region, service).filter((task) => task.phase === "RUNNING" && isWanted(task)).length;
    const deploying = service.deployments.some(
      ({ status, rolloutState }) => status !== "GONE" && rolloutState === "IN_PROGRESS",
    );
    return { desired: service.desiredCount, running, deploying };
  },
  write(region, resourceId, desired) {
    const service = find(region, resourceId);
    if (!service || service.desiredCount === desired) return;
    service.desiredCount = desired;
    service.steady = false;
  },
};
