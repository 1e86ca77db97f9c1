import {
  ClusterContainsContainerInstancesException,
  ClusterContainsServicesException,
  ClusterContainsTasksException,
} from "@aws-sdk/client-ecs";
import type * as ecs from "@aws-sdk/client-ecs";
import { type Handler, meta } from "../../wire/api.ts";
import { containerInstances, services, tasks } from "../../world/records/ecs.ts";
import { describeCluster } from "./cluster-response.ts";
import { updateInProgress } from "./errors.ts";
import { findCluster } from "./find.ts";
import { busyMessage, hasManagedProvider, settleMs } from "./put-cluster-capacity-providers.ts";

/** The cluster goes through DEPROVISIONING when ECS has to take its scaling policies out of Auto Scaling groups first. */
export const deleteCluster: Handler<typeof ecs, "DeleteCluster"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const inCluster = (one: { clusterName: string }) => one.clusterName === cluster.name;
  if ([...services(region).values()].some((one) => inCluster(one) && one.status !== "INACTIVE"))
    throw new ClusterContainsServicesException({
      message: "The Cluster cannot be deleted while Services are active.",
      ...meta,
    });
  if ([...containerInstances(region).values()].some((one) => inCluster(one) && one.status !== "INACTIVE"))
    throw new ClusterContainsContainerInstancesException({
      message: "The Cluster cannot be deleted while Container Instances are active or draining.",
      ...meta,
    });
  if ([...tasks(region).values()].some((one) => inCluster(one) && one.phase !== "STOPPED"))
    throw new ClusterContainsTasksException({
      message: "The Cluster cannot be deleted while Tasks are active.",
      ...meta,
    });
  if (cluster.busyUntil !== undefined) throw updateInProgress(busyMessage);
  const now = region.world.clock.now();
  if (hasManagedProvider(region, cluster.capacityProviders)) {
    cluster.status = "DEPROVISIONING";
    cluster.busyUntil = now + settleMs;
  } else {
    cluster.status = "INACTIVE";
    cluster.deletedAt = new Date(now);
  }
  return { cluster: describeCluster(region, cluster) };
};
