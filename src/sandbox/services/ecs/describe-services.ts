import type * as ecs from "@aws-sdk/client-ecs";
import { type Handler, page } from "../../wire/api.ts";
import { lastPart, services } from "../../world/records/ecs.ts";
import { invalidParameter } from "./errors.ts";
import { findCluster } from "./find.ts";
import { describeService } from "./service-response.ts";

export const describeServices: Handler<typeof ecs, "DescribeServices"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const asked = input.services ?? [];
  if (asked.length === 0) throw invalidParameter("Services cannot be empty.");
  if (asked.length > 10) throw invalidParameter("Members must be between 1 and 10 services.");
  const found = asked.map((name) => ({ name, service: services(region).get(`${cluster.name}/${lastPart(name)}`) }));
  const withTags = input.include?.includes("TAGS") ?? false;
  return {
    services: found.flatMap(({ service }) => (service ? [describeService(region, service, withTags)] : [])),
    failures: found
      .filter(({ service }) => !service)
      .map(({ name }) => ({ arn: region.arn("ecs", `service/${cluster.name}/${lastPart(name)}`), reason: "MISSING" })),
  };
};

export const listServices: Handler<typeof ecs, "ListServices"> = (input, { region }) => {
  const cluster = findCluster(region, input.cluster);
  const own = [...services(region).values()].filter(
    (one) =>
      one.clusterName === cluster.name &&
      one.status !== "INACTIVE" &&
      (input.launchType === undefined || one.launchType === input.launchType),
  );
  const { items, next } = page(own, input.nextToken, input.maxResults ?? 10);
  return { serviceArns: items.map((one) => one.arn), ...(next === undefined ? {} : { nextToken: next }) };
};
