import type { Subnet } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/aws.ts";
import { configError, type EcsctlError } from "../errors.ts";

/** A VPC and those of its subnets that are used. */
export interface Network {
  vpcId: string;
  subnetIds: string[];
  /** The zones of the subnets, each once; empty where nobody asked. */
  zones?: readonly string[] | undefined;
}

/** The network that `ecsctl.yaml` asks for; undefined asks for the account's default VPC. */
export interface NetworkWish {
  vpc?: string | undefined;
  subnets?: readonly string[] | undefined;
}

/** How a network is asked for, in one line; what plans compare. */
export const describeWish = (wish: NetworkWish | undefined): string =>
  wish ? [...(wish.vpc ? [wish.vpc] : []), ...[...(wish.subnets ?? [])].sort()].join(" ") : "default";

/** One remark for a plan on what stands in a network of somebody's own. */
export const noteNetwork = (wish: NetworkWish | undefined): string[] =>
  wish ? [`in the network of ecsctl.yaml (${describeWish(wish)}): used, never changed or deleted`] : [];

/**
 * Where instances, tasks and load balancers go. `balanced`: a load balancer goes there too, which stands in two zones at
 * least and in one subnet of each. Throws a configuration error when there is no such network.
 */
export async function readNetwork(
  aws: Aws,
  wish: NetworkWish | undefined,
  { balanced }: { balanced: boolean },
): Promise<Network> {
  const { vpcId, subnets } = await readSubnets(aws, wish);
  const used = balanced ? chooseForBalancer(subnets, wish, vpcId) : subnets;
  return { vpcId, subnetIds: used.map(idOf).sort(), zones: [...new Set(used.map(zoneOf))].sort() };
}

const idOf = ({ SubnetId = "" }: Subnet): string => SubnetId;
const zoneOf = ({ AvailabilityZone = "" }: Subnet): string => AvailabilityZone;

/** The subnets that a wish names, or the fitting ones of its VPC. */
export async function readSubnets(
  aws: Aws,
  wish: NetworkWish | undefined,
): Promise<{ vpcId: string; subnets: Subnet[] }> {
  if (wish?.subnets) return readNamed(aws, wish.subnets, wish.vpc);
  const vpcId = await (wish?.vpc === undefined ? readDefaultVpc(aws) : requireVpc(aws, wish.vpc));
  const all = await listSubnets(aws, "vpc-id", [vpcId]);
  if (!wish) return { vpcId, subnets: all.filter((subnet) => subnet.DefaultForAz) };
  if (all.length === 0)
    throw missing("SubnetsMissing", `network.vpc: ${vpcId} has no subnets.`, "Make some, or name another VPC.");
  const open = all.filter((subnet) => subnet.MapPublicIpOnLaunch);
  return { vpcId, subnets: open.length > 0 ? open : all };
}

const listSubnets = (aws: Aws, filter: string, values: readonly string[]): Promise<Subnet[]> =>
  aws.all("ec2", "DescribeSubnets", { Filters: [{ Name: filter, Values: [...values] }] }, (page) => page.Subnets);

async function readNamed(
  aws: Aws,
  ids: readonly string[],
  vpc: string | undefined,
): Promise<{ vpcId: string; subnets: Subnet[] }> {
  const subnets = await listSubnets(aws, "subnet-id", ids);
  const unknown = ids.filter((id) => !subnets.some((subnet) => subnet.SubnetId === id));
  const list = "aws ec2 describe-subnets --query 'Subnets[].[SubnetId,VpcId,AvailabilityZone]'";
  if (unknown.length > 0)
    throw missing(
      "SubnetNotFound",
      `network.subnets: there is no ${unknown.join(", ")} in ${aws.region}.`,
      `${list} --region ${aws.region}`,
    );
  const [vpcId = "", ...others] = [...new Set(subnets.map(({ VpcId = "" }) => VpcId))].sort();
  const places = subnets.map((subnet) => `${idOf(subnet)} in ${subnet.VpcId}`).join(", ");
  if (others.length > 0)
    throw missing(
      "SubnetsOfSeveralVpcs",
      `network.subnets are of several VPCs: ${places}.`,
      "Name subnets of one VPC.",
    );
  if (vpc !== undefined && vpc !== vpcId)
    throw missing(
      "SubnetOfAnotherVpc",
      `network.subnets are not of network.vpc ${vpc}: ${places}.`,
      "Leave network.vpc out, or name subnets of that VPC.",
    );
  return { vpcId, subnets };
}

async function requireVpc(aws: Aws, id: string): Promise<string> {
  const { Vpcs = [] } = await aws.call("ec2", "DescribeVpcs", { Filters: [{ Name: "vpc-id", Values: [id] }] });
  if (Vpcs.length > 0) return id;
  throw missing(
    "VpcNotFound",
    `network.vpc: there is no ${id} in ${aws.region}.`,
    `aws ec2 describe-vpcs --query 'Vpcs[].[VpcId,CidrBlock,IsDefault]' --region ${aws.region}`,
  );
}

async function readDefaultVpc(aws: Aws): Promise<string> {
  const answer = await aws.call("ec2", "DescribeVpcs", { Filters: [{ Name: "is-default", Values: ["true"] }] });
  const id = answer.Vpcs?.[0]?.VpcId;
  if (id) return id;
  throw configError({
    code: "DefaultVpcMissing",
    message: `The account has no default VPC in ${aws.region}.`,
    why: "Where ecsctl.yaml names no network, ecsctl uses the default VPC and its subnets.",
    hint: `Name one of yours in ecsctl.yaml, network: { vpc: vpc-… }, or make it: aws ec2 create-default-vpc --region ${aws.region}`,
  });
}

/** One subnet a zone: of a whole VPC the first of each, while subnets that were named are not left out in silence. */
function chooseForBalancer(subnets: readonly Subnet[], wish: NetworkWish | undefined, vpcId: string): Subnet[] {
  const byZone = Map.groupBy(
    [...subnets].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1)),
    zoneOf,
  );
  const crowded = [...byZone].find(([, inZone]) => inZone.length > 1);
  if (crowded && wish?.subnets)
    throw missing(
      "SubnetsOfOneZone",
      `network.subnets: ${crowded[1].map(idOf).join(" and ")} are both in ${crowded[0]}, and a load balancer takes one subnet of each zone.`,
      "Name one subnet of each zone.",
    );
  if (byZone.size < 2)
    throw missing(
      "TwoZonesNeeded",
      `A load balancer needs subnets in two zones; ${wish?.subnets ? "network.subnets are" : `those of ${vpcId} are`} in ${[...byZone.keys()].join(", ") || "none"}.`,
      wish?.subnets
        ? "Name a subnet of another zone too."
        : "Make a subnet in another zone, or name subnets in two: network: { subnets: [subnet-…, subnet-…] }",
    );
  return [...byZone.values()].flatMap((inZone) => inZone.slice(0, 1));
}

const missing = (code: string, message: string, hint: string): EcsctlError => configError({ code, message, hint });
