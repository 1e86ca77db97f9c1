import { mark } from "../references.ts";
import { byOutput, byProperty, without, type CloudFormationKind } from "./kind.ts";

const role: CloudFormationKind = {
  type: "AWS::IAM::Role",
  properties(calls) {
    const made = calls.one("iam", "CreateRole");
    const attached = calls.every("iam", "AttachRolePolicy").map(({ PolicyArn }) => PolicyArn);
    const inline = calls.every("iam", "PutRolePolicy").map(({ PolicyName, PolicyDocument = "{}" }) => ({
      PolicyName,
      PolicyDocument: JSON.parse(PolicyDocument) as unknown,
    }));
    return {
      RoleName: made.RoleName,
      Description: made.Description,
      AssumeRolePolicyDocument: JSON.parse(made.AssumeRolePolicyDocument ?? "{}") as unknown,
      ManagedPolicyArns: attached.length > 0 ? attached : undefined,
      Policies: inline.length > 0 ? inline : undefined,
      Tags: made.Tags,
    };
  },
  outputs: { arn: "Arn" },
  identifier: byProperty("RoleName"),
};

const profile: CloudFormationKind = {
  type: "AWS::IAM::InstanceProfile",
  properties: (calls) => ({
    InstanceProfileName: calls.one("iam", "CreateInstanceProfile").InstanceProfileName,
    Roles: [calls.one("iam", "AddRoleToInstanceProfile").RoleName],
  }),
  outputs: { arn: "Arn" },
  identifier: byProperty("InstanceProfileName"),
};

const repository: CloudFormationKind = {
  type: "AWS::ECR::Repository",
  properties(calls) {
    const made = calls.one("ecr", "CreateRepository");
    return {
      RepositoryName: made.repositoryName,
      ImageScanningConfiguration: { ScanOnPush: made.imageScanningConfiguration?.scanOnPush ?? false },
      Tags: made.tags,
    };
  },
  outputs: { arn: "Arn", uri: "RepositoryUri" },
  identifier: byProperty("RepositoryName"),
};

const securityGroup: CloudFormationKind = {
  type: "AWS::EC2::SecurityGroup",
  properties(calls) {
    const made = calls.one("ec2", "CreateSecurityGroup");
    const rules = calls
      .every("ec2", "AuthorizeSecurityGroupIngress")
      .flatMap(({ IpPermissions = [] }) => IpPermissions);
    return {
      GroupName: made.GroupName,
      GroupDescription: made.Description,
      VpcId: made.VpcId,
      SecurityGroupIngress: rules.flatMap(({ IpProtocol, FromPort, ToPort, ...sources }) => {
        const range = { IpProtocol, FromPort, ToPort };
        return [
          ...(sources.IpRanges ?? []).map(({ CidrIp, Description }) => ({ ...range, CidrIp, Description })),
          ...(sources.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => ({ ...range, CidrIpv6, Description })),
          ...(sources.UserIdGroupPairs ?? []).map(({ GroupId, Description }) => ({
            ...range,
            SourceSecurityGroupId: GroupId,
            Description,
          })),
        ];
      }),
      Tags: made.TagSpecifications?.[0]?.Tags,
    };
  },
  outputs: { id: "GroupId" },
  identifier: byOutput("Id", "id"),
};

const launchTemplate: CloudFormationKind = {
  type: "AWS::EC2::LaunchTemplate",
  properties: (calls) => without(calls.one("ec2", "CreateLaunchTemplate"), "ClientToken", "DryRun"),
  outputs: { id: "Ref", version: "LatestVersionNumber" },
  identifier: byOutput("LaunchTemplateId", "id"),
};

const group: CloudFormationKind = {
  type: "AWS::AutoScaling::AutoScalingGroup",
  properties(calls) {
    const made = calls.one("autoscaling", "CreateAutoScalingGroup");
    const template = `launch-template/${made.LaunchTemplate?.LaunchTemplateName}`;
    return {
      AutoScalingGroupName: made.AutoScalingGroupName,
      MinSize: String(made.MinSize),
      MaxSize: String(made.MaxSize),
      // CloudFormation takes no `$Latest`; the group's size is left to the capacity provider.
      LaunchTemplate: { LaunchTemplateId: mark(template, "id"), Version: mark(template, "version") },
      VPCZoneIdentifier: made.VPCZoneIdentifier?.split(","),
      NewInstancesProtectedFromScaleIn: made.NewInstancesProtectedFromScaleIn,
      Tags: made.Tags?.map(({ Key, Value, PropagateAtLaunch }) => ({ Key, Value, PropagateAtLaunch })),
    };
  },
  outputs: { arn: "AutoScalingGroupARN" },
  identifier: byProperty("AutoScalingGroupName"),
};

/** Roles, images, network and machines. */
export const accountKinds: Readonly<Record<string, CloudFormationKind>> = {
  "iam-role": role,
  "instance-profile": profile,
  "ecr-repository": repository,
  "security-group": securityGroup,
  "launch-template": launchTemplate,
  "auto-scaling-group": group,
};
