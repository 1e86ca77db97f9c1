import type * as ecs from "@aws-sdk/client-ecs";
import type { ClusterSetting } from "@aws-sdk/client-ecs";
import type { Handler } from "../../wire/api.ts";
import { describeCluster } from "./cluster-response.ts";
import { findCluster } from "./find.ts";

const merge = (old: ClusterSetting[], changed: readonly ClusterSetting[]): ClusterSetting[] => [
  ...old.filter((setting) => !changed.some((one) => one.name === setting.name)),
  ...changed,
];

export const updateCluster: Handler<typeof ecs, "UpdateCluster"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  cluster.settings = merge(cluster.settings, input.settings ?? []);
  if (input.configuration) cluster.configuration = input.configuration;
  if (input.serviceConnectDefaults) cluster.serviceConnectDefaults = input.serviceConnectDefaults;
  return { cluster: describeCluster(region, cluster) };
};

export const updateClusterSettings: Handler<typeof ecs, "UpdateClusterSettings"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  cluster.settings = merge(cluster.settings, input.settings ?? []);
  return { cluster: describeCluster(region, cluster) };
};
