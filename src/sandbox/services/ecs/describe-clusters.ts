import type * as ecs from "@aws-sdk/client-ecs";
import { type Handler, page } from "../../wire/api.ts";
import { clusters, lastPart } from "../../world/records/ecs.ts";
import { describeCluster } from "./cluster-response.ts";

export const describeClusters: Handler<typeof ecs, "DescribeClusters"> = (input, { region }) => {
  const asked = input.clusters?.length ? input.clusters : ["default"];
  const found = asked.map((name) => ({ name, cluster: clusters(region).get(lastPart(name)) }));
  return {
    clusters: found.flatMap(({ cluster }) => (cluster ? [describeCluster(region, cluster, input.include ?? [])] : [])),
    failures: found
      .filter(({ cluster }) => !cluster)
      .map(({ name }) => ({ arn: region.arn("ecs", `cluster/${lastPart(name)}`), reason: "MISSING" })),
  };
};

export const listClusters: Handler<typeof ecs, "ListClusters"> = (input, { region }) => {
  const active = [...clusters(region).values()].filter((cluster) => cluster.status === "ACTIVE");
  const { items, next } = page(active, input.nextToken, input.maxResults ?? 100);
  return { clusterArns: items.map((cluster) => cluster.arn), ...(next === undefined ? {} : { nextToken: next }) };
};
