import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, type Handler } from "../../wire/api.ts";
import { launchInstance, planLaunch } from "../../world/launch.ts";
import type { InstanceRecord } from "../../world/records/ec2.ts";
import { instances } from "../../world/records/ec2.ts";
import { findTemplate, findVersion } from "../../world/templates.ts";
import { accountId, type Region } from "../../world/world.ts";
import { missingParameter } from "./errors.ts";
import { toInstance } from "./instance-responses.ts";
import { tagsFor } from "./tags.ts";

export const runInstances: Handler<typeof ec2, "RunInstances"> = (input, { region }) => {
  const { MinCount: min, MaxCount: max } = input;
  if (min === undefined) throw missingParameter("MinCount");
  if (max === undefined) throw missingParameter("MaxCount");
  if (min < 1 || max < min)
    throw new ApiError(
      "InvalidParameterValue",
      `Invalid value '${max}' for max-count. It must not be below min-count.`,
    );
  const repeated = input.ClientToken ? withClientToken(region, input.ClientToken) : [];
  return toReservation(region, repeated.length > 0 ? repeated : launchAll(region, input, max));
};

/** A client token makes a launch repeatable: the same instances are given back. */
function withClientToken(region: Region, token: string): InstanceRecord[] {
  return [...instances(region).values()].filter((instance) => instance.clientToken === token);
}

function launchAll(region: Region, input: ec2.RunInstancesCommandInput, count: number): InstanceRecord[] {
  const template = input.LaunchTemplate && findTemplate(region, input.LaunchTemplate);
  const version = template && findVersion(template, input.LaunchTemplate?.Version);
  const data = { ...version?.data, ...asTemplateData(input) };
  const plan = planLaunch(region, data, input.SubnetId);
  const owner = {
    reservationId: region.id("r-", 17),
    clientToken: input.ClientToken,
    launchTemplate: template && version && { id: template.id, name: template.name, version: String(version.number) },
    tags: tagsFor([...(version?.data.TagSpecifications ?? []), ...(input.TagSpecifications ?? [])], "instance"),
  };
  const now = region.world.clock.now();
  return Array.from({ length: count }, () => launchInstance(region, plan, owner, now));
}

/** The request's own parameters, which win over the template's. */
function asTemplateData(input: ec2.RunInstancesCommandInput): ec2.ResponseLaunchTemplateData {
  const { SecurityGroupIds, SecurityGroups, NetworkInterfaces, BlockDeviceMappings } = input;
  const { ImageId, InstanceType, KeyName, UserData, IamInstanceProfile, MetadataOptions, Placement } = input;
  const data: ec2.ResponseLaunchTemplateData = {
    ImageId,
    InstanceType,
    KeyName,
    UserData,
    IamInstanceProfile,
    MetadataOptions,
    Placement,
    SecurityGroupIds,
    SecurityGroups,
    NetworkInterfaces: NetworkInterfaces as ec2.ResponseLaunchTemplateData["NetworkInterfaces"],
    BlockDeviceMappings,
    Monitoring: input.Monitoring && { Enabled: input.Monitoring.Enabled },
  };
  return Object.fromEntries(
    Object.entries(data).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
}

function toReservation(region: Region, launched: readonly InstanceRecord[]): ec2.Reservation {
  return {
    ReservationId: launched[0]?.reservationId,
    OwnerId: accountId,
    Groups: [],
    Instances: launched.map((instance) => toInstance(region, instance)),
  };
}
