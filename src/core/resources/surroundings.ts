import type { _InstanceType } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/aws.ts";
import { configError } from "../errors.ts";
import { type NetworkWish, readSubnets } from "./network.ts";

export interface InstanceTypeFacts {
  /** CPU units; 1024 is one vCPU. */
  cpu: number;
  memoryMiB: number;
}

/** What the account has already and ecsctl builds on: nothing here is made or changed by us. */
export interface Surroundings {
  vpcId: string;
  /** The network's subnets in zones that offer the instance type. */
  subnetIds: string[];
  zones: string[];
  instanceType: InstanceTypeFacts;
  image: { id: string; rootDevice: string };
}

export interface SurroundingsQuestion {
  instanceType: string;
  /** SSM parameter that names the AMI, or an AMI id. */
  ami: string;
  rootVolumeGiB: number;
  /** Undefined: the default VPC. */
  network?: NetworkWish | undefined;
}

/** The twelve digits of the account that the credentials belong to. */
export async function readAccount(aws: Aws): Promise<string> {
  const identity = await aws.call("sts", "GetCallerIdentity", {});
  return identity.Account ?? "";
}

/** Reads the network and what the region offers. Throws a configuration error when it cannot do. */
export async function readSurroundings(aws: Aws, question: SurroundingsQuestion): Promise<Surroundings> {
  const [{ vpcId, subnets }, offers, instanceType, image] = await Promise.all([
    readSubnets(aws, question.network),
    readOffers(aws, question.instanceType),
    readInstanceType(aws, question.instanceType),
    readImage(aws, question),
  ]);
  const usable = subnets.filter((subnet) => offers.includes(subnet.AvailabilityZone ?? ""));
  if (usable.length === 0 || !instanceType) {
    const zones = subnets.map((subnet) => subnet.AvailabilityZone ?? "");
    throw await notOffered(aws, question, offers, [...new Set(zones)].sort());
  }
  return {
    vpcId,
    subnetIds: usable.map((subnet) => subnet.SubnetId ?? "").sort(),
    zones: usable.map((subnet) => subnet.AvailabilityZone ?? "").sort(),
    instanceType,
    image,
  };
}

/** The zones that offer an instance type. */
async function readOffers(aws: Aws, instanceType: string): Promise<string[]> {
  const offers = await aws.all(
    "ec2",
    "DescribeInstanceTypeOfferings",
    { LocationType: "availability-zone", Filters: [{ Name: "instance-type", Values: [instanceType] }] },
    (page) => page.InstanceTypeOfferings,
  );
  return offers.map((offer) => offer.Location ?? "");
}

/** What an instance of that type has; undefined where AWS knows no such type. */
export async function readInstanceType(aws: Aws, name: string): Promise<InstanceTypeFacts | undefined> {
  try {
    const answer = await aws.call("ec2", "DescribeInstanceTypes", { InstanceTypes: [name as _InstanceType] });
    const type = answer.InstanceTypes?.[0];
    return type && { cpu: (type.VCpuInfo?.DefaultVCpus ?? 0) * 1024, memoryMiB: type.MemoryInfo?.SizeInMiB ?? 0 };
  } catch (error) {
    if (error instanceof Error && error.name === "InvalidInstanceType") return undefined;
    throw error;
  }
}

async function readImage(aws: Aws, question: SurroundingsQuestion): Promise<{ id: string; rootDevice: string }> {
  const id = question.ami.startsWith("ami-") ? question.ami : await readImageParameter(aws, question.ami);
  const answer = await aws.call("ec2", "DescribeImages", { ImageIds: [id] });
  const image = answer.Images?.[0];
  const rootDevice = image?.RootDeviceName ?? "/dev/xvda";
  const root = image?.BlockDeviceMappings?.find((device) => device.DeviceName === rootDevice)?.Ebs?.VolumeSize ?? 0;
  if (question.rootVolumeGiB >= root) return { id, rootDevice };
  throw configError({
    code: "RootVolumeTooSmall",
    message: `cluster.capacity.rootVolumeGiB is ${question.rootVolumeGiB}, but the AMI ${id} needs at least ${root} GiB.`,
    hint: `Set cluster.capacity.rootVolumeGiB to ${root} or more.`,
  });
}

/** The parameter is a JSON document with `image_id`, or (`…/image_id`) the id itself. */
async function readImageParameter(aws: Aws, name: string): Promise<string> {
  try {
    const answer = await aws.call("ssm", "GetParameter", { Name: name });
    const value = answer.Parameter?.Value ?? "";
    return value.startsWith("{") ? (JSON.parse(value) as { image_id: string }).image_id : value;
  } catch (error) {
    if (!(error instanceof Error && error.name === "ParameterNotFound")) throw error;
    throw configError({
      code: "AmiParameterMissing",
      message: `cluster.capacity.ami names the SSM parameter ${name}, which does not exist in ${aws.region}.`,
      hint: "Use /aws/service/ecs/optimized-ami/amazon-linux-2023/recommended, or an AMI id.",
      cause: error,
    });
  }
}

/** Types of about the same size, for the hint: newer ones first. */
const alternatives: Record<string, string[]> = {
  micro: ["t3.micro", "t3a.micro", "t2.micro"],
  small: ["t3.small", "t3a.small", "t2.small"],
  medium: ["t3.medium", "t3a.medium", "t2.medium"],
  large: ["m5.large", "m6i.large", "t3.large"],
};

async function notOffered(
  aws: Aws,
  { instanceType: wanted, network: wish }: SurroundingsQuestion,
  offers: string[],
  zones: string[],
): Promise<Error> {
  const size = wanted.split(".")[1] ?? "";
  const candidates = (alternatives[size] ?? ["t3.small", "t3.medium"]).filter((type) => type !== wanted);
  const offered = await Promise.all(candidates.map(async (type) => ({ type, in: await readOffers(aws, type) })));
  const best = offered.find((candidate) => candidate.in.some((zone) => zones.includes(zone)));
  const where = offers.length > 0 ? `only in ${offers.join(", ")}` : "in no zone of the region";
  const owner = wish ? "the network of ecsctl.yaml" : "the default VPC";
  const network = zones.length > 0 ? `${owner} has subnets in ${zones.join(", ")}` : `${owner} has no default subnet`;
  return configError({
    code: "InstanceTypeNotOffered",
    message: `Instance type ${wanted} cannot be used in ${aws.region}: it is offered ${where}; ${network}.`,
    hint: best ? `Set cluster.capacity.instanceType to ${best.type} (offered in ${best.in.join(", ")}).` : undefined,
  });
}
