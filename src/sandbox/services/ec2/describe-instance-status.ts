import type * as ec2 from "@aws-sdk/client-ec2";
import { page, type Handler } from "../../wire/api.ts";
import type { InstanceRecord } from "../../world/records/ec2.ts";
import { findInstances, instanceFields } from "./describe-instances.ts";
import { applyFilters } from "./filters.ts";
import { toState } from "./instance-responses.ts";

/** The checks of a new instance take about two minutes, in ms of the world's time. */
const checksMs = 120_000;

export const describeInstanceStatus: Handler<typeof ec2, "DescribeInstanceStatus"> = (input, { region }) => {
  const now = region.world.clock.now();
  const found = applyFilters(findInstances(region, input.InstanceIds), input.Filters, instanceFields).filter(
    (instance) => input.IncludeAllInstances || instance.state === "running",
  );
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 1000);
  return { InstanceStatuses: items.map((instance) => toStatus(instance, now)), NextToken: next };
};

function toStatus(instance: InstanceRecord, now: number): ec2.InstanceStatus {
  const summary = summaryOf(instance, now);
  return {
    InstanceId: instance.id,
    AvailabilityZone: instance.availabilityZone,
    InstanceState: toState(instance.state),
    InstanceStatus: summary,
    SystemStatus: summary,
  };
}

function summaryOf(instance: InstanceRecord, now: number): ec2.InstanceStatusSummary {
  if (instance.state === "pending") return { Status: "initializing", Details: [] };
  if (instance.state !== "running") return { Status: "not-applicable", Details: [] };
  const done = now - instance.changedAt.getTime() >= checksMs;
  const detail = { Name: "reachability", Status: done ? "passed" : "initializing" } as const;
  return { Status: done ? "ok" : "initializing", Details: [detail] };
}
