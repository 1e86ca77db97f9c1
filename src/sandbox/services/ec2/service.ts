import * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, type Call, type Handlers, type ServiceModule } from "../../wire/api.ts";
import { authorizeSecurityGroupEgress, authorizeSecurityGroupIngress } from "./authorize-security-group.ts";
import { createLaunchTemplate, createLaunchTemplateVersion } from "./create-launch-template.ts";
import { createSecurityGroup, deleteSecurityGroup } from "./create-security-group.ts";
import { createSubnet } from "./create-subnet.ts";
import { createTags, deleteTags, describeTags } from "./create-tags.ts";
import { createDefaultVpc, createVpc } from "./create-vpc.ts";
import { deleteSubnet, deleteVpc } from "./delete-vpc.ts";
import { describeAvailabilityZones } from "./describe-availability-zones.ts";
import { describeImages } from "./describe-images.ts";
import { describeInstanceStatus } from "./describe-instance-status.ts";
import { describeInstanceTypeOfferings, describeInstanceTypes } from "./describe-instance-types.ts";
import { describeInstances } from "./describe-instances.ts";
import { describeLaunchTemplates, describeLaunchTemplateVersions } from "./describe-launch-templates.ts";
import { describeKeyPairs, describeNetworkInterfaces } from "./describe-network-interfaces.ts";
import { describeSecurityGroupRules, describeSecurityGroups } from "./describe-security-groups.ts";
import { describeSubnets } from "./describe-subnets.ts";
import { describeAccountAttributes, describeVpcs } from "./describe-vpcs.ts";
import { deleteLaunchTemplate, modifyLaunchTemplate } from "./modify-launch-template.ts";
import { modifySubnetAttribute } from "./modify-subnet.ts";
import { revokeSecurityGroupEgress, revokeSecurityGroupIngress } from "./revoke-security-group.ts";
import { runInstances } from "./run-instances.ts";
import { terminateInstances } from "./terminate-instances.ts";

const handlers: Handlers<typeof ec2> = {
  AuthorizeSecurityGroupEgress: honourDryRun(authorizeSecurityGroupEgress),
  AuthorizeSecurityGroupIngress: honourDryRun(authorizeSecurityGroupIngress),
  CreateDefaultVpc: honourDryRun(createDefaultVpc),
  CreateLaunchTemplate: honourDryRun(createLaunchTemplate),
  CreateLaunchTemplateVersion: honourDryRun(createLaunchTemplateVersion),
  CreateSecurityGroup: honourDryRun(createSecurityGroup),
  CreateSubnet: honourDryRun(createSubnet),
  CreateTags: honourDryRun(createTags),
  CreateVpc: honourDryRun(createVpc),
  DeleteLaunchTemplate: honourDryRun(deleteLaunchTemplate),
  DeleteSecurityGroup: honourDryRun(deleteSecurityGroup),
  DeleteSubnet: honourDryRun(deleteSubnet),
  DeleteTags: honourDryRun(deleteTags),
  DeleteVpc: honourDryRun(deleteVpc),
  DescribeAccountAttributes: honourDryRun(describeAccountAttributes),
  DescribeAvailabilityZones: honourDryRun(describeAvailabilityZones),
  DescribeImages: honourDryRun(describeImages),
  DescribeInstanceStatus: honourDryRun(describeInstanceStatus),
  DescribeInstanceTypeOfferings: honourDryRun(describeInstanceTypeOfferings),
  DescribeInstanceTypes: honourDryRun(describeInstanceTypes),
  DescribeInstances: honourDryRun(describeInstances),
  DescribeKeyPairs: honourDryRun(describeKeyPairs),
  DescribeLaunchTemplates: honourDryRun(describeLaunchTemplates),
  DescribeLaunchTemplateVersions: honourDryRun(describeLaunchTemplateVersions),
  DescribeNetworkInterfaces: honourDryRun(describeNetworkInterfaces),
  DescribeSecurityGroupRules: honourDryRun(describeSecurityGroupRules),
  DescribeSecurityGroups: honourDryRun(describeSecurityGroups),
  DescribeSubnets: honourDryRun(describeSubnets),
  DescribeTags: honourDryRun(describeTags),
  DescribeVpcs: honourDryRun(describeVpcs),
  ModifyLaunchTemplate: honourDryRun(modifyLaunchTemplate),
  ModifySubnetAttribute: (input, call) => modifySubnetAttribute(input, call),
  RevokeSecurityGroupEgress: honourDryRun(revokeSecurityGroupEgress),
  RevokeSecurityGroupIngress: honourDryRun(revokeSecurityGroupIngress),
  RunInstances: honourDryRun(runInstances),
  TerminateInstances: honourDryRun(terminateInstances),
};

/** A dry run that is permitted ends in an error that says so (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html). */
function honourDryRun<Input extends { DryRun?: boolean | undefined }, Output>(
  handler: (input: Input, call: Call) => Output,
): (input: Input, call: Call) => Output {
  return (input, call) => {
    if (input.DryRun)
      throw new ApiError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
    return handler(input, call);
  };
}

export const service: ServiceModule<typeof ec2> = { module: ec2, Client: ec2.EC2Client, handlers };
