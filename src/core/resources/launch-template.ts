import type { RequestLaunchTemplateData, ResponseLaunchTemplateData } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/aws.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { isTagChange, type LiveParts, type Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";
import { readBack } from "./read-back.ts";
import { fromTags, toUpperTags, type Tags } from "./tags.ts";

export interface LaunchTemplateSpec {
  name: string;
  instanceType: string;
  /** The AMI for a version that is made now. */
  imageId: string;
  /** The AMI's own name for its root disk: `/dev/xvda`. */
  rootDevice: string;
  /** What `ecsctl.yaml` says: an SSM parameter or an AMI id. A newer AMI under the same parameter is no difference. */
  imageSource: string;
  securityGroupId: string;
  instanceProfile: string;
  rootVolumeGiB: number;
  clusterName: string;
  /** Tags of the template, its instances and their volumes. */
  tags: Tags;
}

export interface LaunchTemplateLive extends LiveParts {
  fields: Fields;
  imageId: string | undefined;
  outputs: { id: string; version: string };
}

/** The tag that keeps where the AMI came from. */
export const imageTag = "ecsctl:ami";

const templateTags = (spec: LaunchTemplateSpec): Tags => ({ ...spec.tags, [imageTag]: spec.imageSource });

/** The ECS agent reads its cluster from this file at boot (Bootstrapping container instances, ECS guide). */
const userData = (cluster: string): string => `#!/bin/bash\necho "ECS_CLUSTER=${cluster}" >> /etc/ecs/ecs.config\n`;

function wantedFields(spec: LaunchTemplateSpec): Fields {
  return {
    instanceType: spec.instanceType,
    image: spec.imageSource,
    securityGroup: spec.securityGroupId,
    instanceProfile: spec.instanceProfile,
    rootVolume: { GiB: spec.rootVolumeGiB, type: "gp3", encrypted: true },
    publicIp: true,
    metadata: "IMDSv2 required",
    keyPair: undefined,
    userData: userData(spec.clusterName),
  };
}

function liveFields(data: ResponseLaunchTemplateData, tags: Tags): Fields {
  const network = data.NetworkInterfaces?.[0];
  const disk = data.BlockDeviceMappings?.[0]?.Ebs;
  return {
    instanceType: data.InstanceType,
    image: tags[imageTag] ?? data.ImageId,
    securityGroup: network?.Groups?.[0] ?? data.SecurityGroupIds?.[0],
    instanceProfile: data.IamInstanceProfile?.Name ?? data.IamInstanceProfile?.Arn?.split("/").at(-1),
    rootVolume: disk && { GiB: disk.VolumeSize, type: disk.VolumeType, encrypted: disk.Encrypted },
    publicIp: network?.AssociatePublicIpAddress,
    metadata: data.MetadataOptions?.HttpTokens === "required" ? "IMDSv2 required" : "IMDSv1 allowed",
    keyPair: data.KeyName,
    userData: data.UserData && Buffer.from(data.UserData, "base64").toString(),
  };
}

function toData(spec: LaunchTemplateSpec): RequestLaunchTemplateData {
  const Tags = [...toUpperTags(spec.tags), { Key: "Name", Value: spec.name }];
  return {
    ImageId: spec.imageId,
    InstanceType: spec.instanceType as NonNullable<RequestLaunchTemplateData["InstanceType"]>,
    IamInstanceProfile: { Name: spec.instanceProfile },
    UserData: Buffer.from(userData(spec.clusterName)).toString("base64"),
    // One hop keeps containers in bridge mode away from the instance's own credentials.
    MetadataOptions: { HttpEndpoint: "enabled", HttpTokens: "required", HttpPutResponseHopLimit: 1 },
    NetworkInterfaces: [
      { DeviceIndex: 0, AssociatePublicIpAddress: true, DeleteOnTermination: true, Groups: [spec.securityGroupId] },
    ],
    BlockDeviceMappings: [
      {
        DeviceName: spec.rootDevice,
        Ebs: { VolumeSize: spec.rootVolumeGiB, VolumeType: "gp3", Encrypted: true, DeleteOnTermination: true },
      },
    ],
    TagSpecifications: [
      { ResourceType: "instance", Tags },
      { ResourceType: "volume", Tags },
    ],
  };
}

const gone = ["InvalidLaunchTemplateName.NotFoundException", "InvalidLaunchTemplateId.NotFound"] as const;

async function read(aws: Aws, spec: LaunchTemplateSpec): Promise<LaunchTemplateLive | undefined> {
  const [templates, versions] = await Promise.all([
    unlessMissing(aws.call("ec2", "DescribeLaunchTemplates", { LaunchTemplateNames: [spec.name] }), ...gone),
    unlessMissing(
      aws.call("ec2", "DescribeLaunchTemplateVersions", { LaunchTemplateName: spec.name, Versions: ["$Latest"] }),
      ...gone,
    ),
  ]);
  const template = templates?.LaunchTemplates?.[0];
  const version = versions?.LaunchTemplateVersions?.[0];
  if (!template || !version) return undefined;
  const tags = fromTags(template.Tags);
  return {
    fields: liveFields(version.LaunchTemplateData ?? {}, tags),
    imageId: version.LaunchTemplateData?.ImageId,
    tags,
    outputs: { id: template.LaunchTemplateId ?? "", version: String(version.VersionNumber ?? "") },
  };
}

/** The recipe of an instance: ECS-optimised AMI, IMDSv2 only, encrypted disk, no SSH key. */
export const launchTemplate: Resource<LaunchTemplateSpec, LaunchTemplateLive> = {
  kind: "launch-template",
  read,
  diff: (spec, live) => [...diffFields(wantedFields(spec), live?.fields), ...diffTags(spec.tags, live?.tags)],
  async create(aws, spec) {
    await unlessMissing(
      aws.call("ec2", "CreateLaunchTemplate", {
        LaunchTemplateName: spec.name,
        LaunchTemplateData: toData(spec),
        TagSpecifications: [{ ResourceType: "launch-template", Tags: toUpperTags(templateTags(spec)) }],
      }),
      "InvalidLaunchTemplateName.AlreadyExistsException",
    );
    return readBack(read(aws, spec), `launch template ${spec.name}`);
  },
  async update(aws, spec, live, changes) {
    if (changes.some((change) => !isTagChange(change)))
      await aws.call("ec2", "CreateLaunchTemplateVersion", {
        LaunchTemplateName: spec.name,
        LaunchTemplateData: toData(spec),
      });
    const Tags = toUpperTags(templateTags(spec));
    if (changes.some((change) => isTagChange(change) || change.path === "image"))
      await aws.call("ec2", "CreateTags", { Resources: [live.outputs.id], Tags });
    return readBack(read(aws, spec), `launch template ${spec.name}`);
  },
  async delete(aws, spec) {
    await unlessMissing(aws.call("ec2", "DeleteLaunchTemplate", { LaunchTemplateName: spec.name }), ...gone);
  },
  passing: (error) => error.name === "NotVisibleYet",
};
