import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, page, type Handler } from "../../wire/api.ts";
import type { InstanceRecord } from "../../world/records/ec2.ts";
import { instances } from "../../world/records/ec2.ts";
import { accountId, type Region } from "../../world/world.ts";
import { requireIdShape } from "./errors.ts";
import { applyFilters, type FilterFields } from "./filters.ts";
import { toInstance, toState } from "./instance-responses.ts";

export const instanceFields: FilterFields<InstanceRecord> = {
  "instance-id": (one) => one.id,
  "instance-state-name": (one) => one.state,
  "instance-state-code": (one) => toState(one.state).Code,
  "instance-type": (one) => one.instanceType,
  "image-id": (one) => one.imageId,
  "availability-zone": (one) => one.availabilityZone,
  "subnet-id": (one) => one.subnetId,
  "vpc-id": (one) => one.vpcId,
  "client-token": (one) => one.clientToken,
  "reservation-id": (one) => one.reservationId,
  "ip-address": (one) => (one.publicIp ? one.address : undefined),
  "private-ip-address": (one) => one.address,
  "iam-instance-profile.arn": (one) => one.instanceProfileArn,
  "instance.group-id": (one) => one.securityGroupIds,
  "network-interface.group-id": (one) => one.securityGroupIds,
  "network-interface.network-interface-id": (one) => one.networkInterfaceId,
};

/** The instances that a request names, or all; refuses ids that are unknown. */
export function findInstances(region: Region, ids: readonly string[] | undefined): InstanceRecord[] {
  if (!ids?.length) return [...instances(region).values()];
  for (const id of ids) requireIdShape(id, "i-", "InvalidInstanceID.Malformed");
  const missing = ids.filter((id) => !instances(region).has(id));
  if (missing.length === 1)
    throw new ApiError("InvalidInstanceID.NotFound", `The instance ID '${missing[0]}' does not exist`);
  if (missing.length > 1)
    throw new ApiError("InvalidInstanceID.NotFound", `The instance IDs '${missing.join(", ")}' do not exist`);
  return [...new Set(ids)].flatMap((id) => instances(region).get(id) ?? []);
}

export const describeInstances: Handler<typeof ec2, "DescribeInstances"> = (input, { region }) => {
  if (input.MaxResults && input.InstanceIds?.length)
    throw new ApiError(
      "InvalidParameterCombination",
      "The parameter instancesSet cannot be used with the parameter maxResults",
    );
  const found = applyFilters(findInstances(region, input.InstanceIds), input.Filters, instanceFields);
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 1000);
  return { Reservations: toReservations(region, items), NextToken: next };
};

function toReservations(region: Region, found: readonly InstanceRecord[]): ec2.Reservation[] {
  const byReservation = Map.groupBy(found, (instance) => instance.reservationId);
  return [...byReservation].map(([ReservationId, members]) => ({
    ReservationId,
    OwnerId: accountId,
    RequesterId: members[0]?.groupName ? "940372691376" : undefined,
    Groups: [],
    Instances: members.map((instance) => toInstance(region, instance)),
  }));
}
