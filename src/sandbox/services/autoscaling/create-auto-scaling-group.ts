import type * as autoscaling from "@aws-sdk/client-auto-scaling";
import { AlreadyExistsFault } from "@aws-sdk/client-auto-scaling";
import { meta, type Handler } from "../../wire/api.ts";
import { changeDesired } from "../../world/groups.ts";
import type { GroupRecord } from "../../world/records/autoscaling.ts";
import { groups } from "../../world/records/autoscaling.ts";
import { ensureServiceLinkedRole } from "../iam/service-linked-roles.ts";
import { checkBounds, readLaunchTemplate, readSubnets, validationError } from "./groups.ts";
import { toTag } from "./tags.ts";

type Input = autoscaling.CreateAutoScalingGroupCommandInput;

export const createAutoScalingGroup: Handler<typeof autoscaling, "CreateAutoScalingGroup"> = (input, { region }) => {
  const name = input.AutoScalingGroupName ?? "";
  const [min, max] = [input.MinSize ?? 0, input.MaxSize ?? 0];
  const desired = input.DesiredCapacity ?? min;
  if (groups(region).has(name))
    throw new AlreadyExistsFault({
      message: `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`,
      ...meta,
    });
  checkBounds(min, max, desired);
  const template = requireTemplate(input);
  const subnetIds = readSubnets(region, input.VPCZoneIdentifier, input.AvailabilityZones);
  const group: GroupRecord = {
    name,
    arn: region.arn("autoscaling", `autoScalingGroup:${uuid(region.id("", 32))}:autoScalingGroupName/${name}`),
    min,
    max,
    desired: 0,
    launchTemplate: readLaunchTemplate(region, template, subnetIds),
    subnetIds,
    newInstancesProtected: input.NewInstancesProtectedFromScaleIn ?? false,
    suspendedProcesses: [],
    createdAt: region.world.clock.date(),
    deleting: false,
    members: [],
    tags: (input.Tags ?? []).map((tag) => toTag(name, tag)),
    activities: [],
    echoed: readEchoed(input),
  };
  ensureServiceLinkedRole(region, "autoscaling.amazonaws.com");
  groups(region).set(name, group);
  changeDesired(region, group, desired, "a user request created an AutoScalingGroup");
  return {};
};

function requireTemplate(input: Input): autoscaling.LaunchTemplateSpecification {
  if (input.LaunchTemplate) return input.LaunchTemplate;
  if (input.LaunchConfigurationName)
    throw validationError(
      `Launch configuration name not found - Launch configuration ${input.LaunchConfigurationName} not found`,
    );
  if (input.MixedInstancesPolicy || input.InstanceId)
    throw validationError(
      "The sandbox makes groups from a launch template only; MixedInstancesPolicy and InstanceId are not known to it.",
    );
  throw validationError(
    "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.",
  );
}

function readEchoed(input: Input): GroupRecord["echoed"] {
  return {
    cooldownSeconds: input.DefaultCooldown ?? 300,
    healthCheckType: input.HealthCheckType ?? "EC2",
    healthCheckGraceSeconds: input.HealthCheckGracePeriod ?? 0,
    terminationPolicies: input.TerminationPolicies?.length ? input.TerminationPolicies : ["Default"],
    maxInstanceLifetimeSeconds: input.MaxInstanceLifetime,
    defaultWarmupSeconds: input.DefaultInstanceWarmup,
    capacityRebalance: input.CapacityRebalance,
  };
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
