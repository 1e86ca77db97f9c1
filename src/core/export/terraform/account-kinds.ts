import { mark } from "../references.ts";
import { block, raw, type Body } from "./hcl.ts";
import { ifLive, liveOutput, tagMap, type TerraformKind, type TerraformResource } from "./kind.ts";

const role: TerraformKind = {
  resources(calls, source) {
    const made = calls.one("iam", "CreateRole");
    const name = made.RoleName ?? "";
    const ref = mark(source.id, "name");
    const attached = calls.every("iam", "AttachRolePolicy").map(({ PolicyArn: arn = "" }): TerraformResource => {
      const body = { role: ref, policy_arn: arn };
      const suffix = arn.split("/").at(-1) ?? "policy";
      return { type: "aws_iam_role_policy_attachment", suffix, body, importId: ifLive(source, `${name}/${arn}`) };
    });
    const inline = calls.every("iam", "PutRolePolicy").map(({ PolicyName = "", PolicyDocument = "{}" }) => ({
      type: "aws_iam_role_policy",
      suffix: PolicyName,
      body: { name: PolicyName, role: ref, policy: { json: JSON.parse(PolicyDocument) as unknown } },
      importId: ifLive(source, `${name}:${PolicyName}`),
    }));
    const trust = JSON.parse(made.AssumeRolePolicyDocument ?? "{}") as unknown;
    const body = { name, description: made.Description, assume_role_policy: { json: trust }, tags: tagMap(made.Tags) };
    return [{ type: "aws_iam_role", body, importId: ifLive(source, name) }, ...attached, ...inline];
  },
  outputs: { arn: "arn", name: "name" },
  data: ({ name }) => ({ type: "aws_iam_role", body: { name } }),
};

const profile: TerraformKind = {
  resources(calls, source) {
    const { InstanceProfileName: name, Tags } = calls.one("iam", "CreateInstanceProfile");
    const { RoleName } = calls.one("iam", "AddRoleToInstanceProfile");
    const body = { name, role: RoleName, tags: tagMap(Tags) };
    return [{ type: "aws_iam_instance_profile", body, importId: ifLive(source, name) }];
  },
  outputs: { arn: "arn" },
  data: ({ name }) => ({ type: "aws_iam_instance_profile", body: { name } }),
};

const repository: TerraformKind = {
  resources(calls, source) {
    const made = calls.one("ecr", "CreateRepository");
    const scan = block({ scan_on_push: made.imageScanningConfiguration?.scanOnPush ?? false });
    const body = { name: made.repositoryName, image_scanning_configuration: scan, tags: tagMap(made.tags) };
    return [{ type: "aws_ecr_repository", body, importId: ifLive(source, made.repositoryName) }];
  },
  outputs: { arn: "arn", uri: "repository_url" },
  data: ({ name }) => ({ type: "aws_ecr_repository", body: { name } }),
};

/** AWS's own first rule of a new group, which Terraform takes away unless it is told of it. */
const everywhere: Body = { from_port: 0, to_port: 0, protocol: "-1", cidr_blocks: ["0.0.0.0/0"] };

const securityGroup: TerraformKind = {
  resources(calls, source) {
    const made = calls.one("ec2", "CreateSecurityGroup");
    const rules = calls
      .every("ec2", "AuthorizeSecurityGroupIngress")
      .flatMap(({ IpPermissions = [] }) => IpPermissions);
    const ingress = rules.flatMap(({ IpProtocol, FromPort, ToPort, ...sources }): Body[] => {
      const range = { from_port: FromPort, to_port: ToPort, protocol: IpProtocol };
      return [
        ...(sources.IpRanges ?? []).map((one) => ({
          ...range,
          cidr_blocks: [one.CidrIp],
          description: one.Description,
        })),
        ...(sources.Ipv6Ranges ?? []).map((one) => ({
          ...range,
          ipv6_cidr_blocks: [one.CidrIpv6],
          description: one.Description,
        })),
        ...(sources.UserIdGroupPairs ?? []).map((one) => ({
          ...range,
          security_groups: [one.GroupId],
          description: one.Description,
        })),
      ];
    });
    const body = {
      name: made.GroupName,
      description: made.Description,
      vpc_id: made.VpcId,
      tags: tagMap(made.TagSpecifications?.[0]?.Tags),
      ingress: { blocks: ingress },
      egress: block(everywhere),
    };
    return [{ type: "aws_security_group", body, importId: liveOutput(source, "id") }];
  },
  outputs: { id: "id" },
  data: (source) => ({ type: "aws_security_group", body: { id: liveOutput(source, "id") } }),
};

const launchTemplate: TerraformKind = {
  resources(calls, source) {
    const made = calls.one("ec2", "CreateLaunchTemplate");
    const { IamInstanceProfile, MetadataOptions, NetworkInterfaces, BlockDeviceMappings, TagSpecifications, ...data } =
      made.LaunchTemplateData ?? {};
    const body: Body = {
      name: made.LaunchTemplateName,
      image_id: data.ImageId,
      instance_type: data.InstanceType,
      user_data: data.UserData,
      tags: tagMap(made.TagSpecifications?.[0]?.Tags),
      iam_instance_profile: block({ name: IamInstanceProfile?.Name }),
      metadata_options: block({
        http_endpoint: MetadataOptions?.HttpEndpoint,
        http_tokens: MetadataOptions?.HttpTokens,
        http_put_response_hop_limit: MetadataOptions?.HttpPutResponseHopLimit,
      }),
      network_interfaces: {
        blocks: (NetworkInterfaces ?? []).map((card) => ({
          device_index: card.DeviceIndex,
          associate_public_ip_address: card.AssociatePublicIpAddress,
          delete_on_termination: card.DeleteOnTermination,
          security_groups: card.Groups,
        })),
      },
      block_device_mappings: {
        blocks: (BlockDeviceMappings ?? []).map(({ DeviceName, Ebs }) => ({
          device_name: DeviceName,
          ebs: block({
            volume_size: Ebs?.VolumeSize,
            volume_type: Ebs?.VolumeType,
            encrypted: Ebs?.Encrypted,
            delete_on_termination: Ebs?.DeleteOnTermination,
          }),
        })),
      },
      tag_specifications: {
        blocks: (TagSpecifications ?? []).map(({ ResourceType, Tags }) => ({
          resource_type: ResourceType,
          tags: tagMap(Tags),
        })),
      },
    };
    return [{ type: "aws_launch_template", body, importId: liveOutput(source, "id") }];
  },
  outputs: { id: "id", version: "latest_version" },
  data: ({ name }) => ({ type: "aws_launch_template", body: { name } }),
};

const group: TerraformKind = {
  resources(calls, source) {
    const made = calls.one("autoscaling", "CreateAutoScalingGroup");
    // ECS marks the group that it sizes; left out, Terraform would take the mark away.
    const managed = source.live?.tags?.["AmazonECSManaged"];
    const marks = managed === undefined ? [] : [{ Key: "AmazonECSManaged", Value: managed, PropagateAtLaunch: true }];
    const body: Body = {
      name: made.AutoScalingGroupName,
      min_size: made.MinSize,
      max_size: made.MaxSize,
      vpc_zone_identifier: made.VPCZoneIdentifier?.split(","),
      protect_from_scale_in: made.NewInstancesProtectedFromScaleIn,
      launch_template: block({
        id: mark(`launch-template/${made.LaunchTemplate?.LaunchTemplateName}`, "id"),
        version: made.LaunchTemplate?.Version,
      }),
      tag: {
        blocks: [...(made.Tags ?? []), ...marks].map(({ Key, Value, PropagateAtLaunch }) => ({
          key: Key,
          value: Value,
          propagate_at_launch: PropagateAtLaunch,
        })),
      },
      // The capacity provider owns the number of instances.
      lifecycle: block({ ignore_changes: raw("[desired_capacity]") }),
    };
    return [{ type: "aws_autoscaling_group", body, importId: ifLive(source, made.AutoScalingGroupName) }];
  },
  outputs: { arn: "arn" },
  data: ({ name }) => ({ type: "aws_autoscaling_group", body: { name } }),
};

/** Roles, images, network and machines. */
export const accountKinds: Readonly<Record<string, TerraformKind>> = {
  "iam-role": role,
  "instance-profile": profile,
  "ecr-repository": repository,
  "security-group": securityGroup,
  "launch-template": launchTemplate,
  "auto-scaling-group": group,
};
