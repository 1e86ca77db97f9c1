import { describeWish, readNetwork, readSubnets } from "../resources/network.ts";
import type { Aws } from "../aws/aws.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { EcsctlError, ExitCode } from "../errors.ts";
import { failed, ok, type Outcome, skipped, skipWhenRefused } from "./check.ts";

/** Who the credentials belong to. */
export interface Identity {
  account: string;
  arn: string;
}

/** Asks AWS who we are. */
export async function readIdentity(aws: Aws, signal: AbortSignal): Promise<Identity> {
  const { Account = "", Arn = "" } = await aws.call("sts", "GetCallerIdentity", {}, signal);
  return { account: Account, arn: Arn };
}

/** How far this computer's clock may be off: AWS refuses what was signed more than five minutes ago (SigV4). */
const tolerableMs = 5 * 60_000;

/** This computer's clock beside the server's, once something was answered, a refusal too: a wrong clock has calls refused. */
export function checkClock({ aws, env }: Pick<Context, "aws" | "env">, localMs = Date.now()): Outcome {
  if (!aws.clock.known) return skipped("AWS has not answered: see credentials");
  const skewMs = aws.clock.now() - localMs;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= tolerableMs) return ok(seconds < 3 ? "in step with AWS" : `${seconds} s from AWS's`);
  const words = `the server's clock is ${describeSeconds(seconds)} ${skewMs > 0 ? "ahead" : "behind"}`;
  if (aws.endpoint ?? env["AWS_ENDPOINT_URL"])
    return skipped(`the endpoint is not AWS's own and keeps its own time: ${words}`);
  return failed(`${words}; AWS takes five minutes.`, "Set this computer's clock: sudo timedatectl set-ntp true");
}

const describeSeconds = (seconds: number): string =>
  seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;

/** The network where instances, tasks and load balancers go, which want two zones; the default VPC where none is named. */
export async function checkNetwork(aws: Aws, config: Config | undefined): Promise<Outcome> {
  const wish = config?.network;
  const { vpcId, subnetIds } = await readNetwork(aws, wish, { balanced: wish !== undefined && !!config?.loadBalancer });
  const plural = subnetIds.length === 1 ? "" : "s";
  if (wish) return ok(`${vpcId} with ${subnetIds.length} subnet${plural} to use (network: ${describeWish(wish)})`);
  const zone = `aws ec2 create-default-subnet --region ${aws.region} --availability-zone ${aws.region}a`;
  if (subnetIds.length === 0) return failed(`The default VPC ${vpcId} has no default subnet.`, zone);
  if (subnetIds.length > 1) return ok(`${vpcId} with ${subnetIds.length} default subnets`);
  const one = `the default VPC ${vpcId} has one default subnet`;
  if (!config?.loadBalancer) return ok(`${one}: enough without a load balancer, which wants two`);
  return failed(`${one}, and a load balancer wants two.`, `In a zone that has none: ${zone}, or b, c, …`);
}

/** Whether zones with a subnet of the network offer the instance type. */
export async function checkInstanceType(aws: Aws, type: string, wish: Config["network"]): Promise<Outcome> {
  const [offers, subnets] = await Promise.all([
    aws.all(
      "ec2",
      "DescribeInstanceTypeOfferings",
      { LocationType: "availability-zone", Filters: [{ Name: "instance-type", Values: [type] }] },
      (page) => page.InstanceTypeOfferings,
    ),
    listSubnets(aws, wish),
  ]);
  if (!subnets) return skipped("the network is not as ecsctl.yaml says: see network");
  const zones = new Set(subnets.map(({ AvailabilityZone }) => AvailabilityZone));
  const usable = offers.map(({ Location = "" }) => Location).filter((zone) => zones.has(zone));
  if (usable.length > 0) return ok(`${type} in ${usable.toSorted().join(", ")}`);
  return failed(
    offers.length > 0
      ? `${type} is offered in ${aws.region}, but not in a zone with a ${wish ? "subnet of the network" : "default subnet"}.`
      : `${type} is not offered in ${aws.region}.`,
    "Set cluster.capacity.instanceType to another one: t3.small, t3.medium",
  );
}

/** The subnets that instances may go to; undefined where the network of `ecsctl.yaml` is not as it says. */
async function listSubnets(aws: Aws, wish: Config["network"]): Promise<{ AvailabilityZone?: string }[] | undefined> {
  if (!wish) {
    const filters = [{ Name: "default-for-az", Values: ["true"] }];
    return aws.all("ec2", "DescribeSubnets", { Filters: filters }, (page) => page.Subnets);
  }
  try {
    return (await readSubnets(aws, wish)).subnets;
  } catch (error) {
    if (error instanceof EcsctlError && error.exitCode === ExitCode.config) return undefined;
    throw error;
  }
}

/** Roles that services keep in the account; AWS makes each at its first use. */
const linkedRoles = [
  "AWSServiceRoleForECS",
  "AWSServiceRoleForAutoScaling",
  "AWSServiceRoleForApplicationAutoScaling_ECSService",
  "AWSServiceRoleForElasticLoadBalancing",
];

/** Which service-linked roles are there. A missing one is no fault: its first use makes it. */
export async function checkLinkedRoles(aws: Aws): Promise<Outcome> {
  try {
    const found = await Promise.all(linkedRoles.map((name) => hasRole(aws, name)));
    const missing = linkedRoles.filter((_name, index) => !found[index]);
    if (missing.length === 0) return ok("all four are there");
    return ok(`${missing.join(", ")}: not there yet; AWS makes them at their first use (iam:CreateServiceLinkedRole)`);
  } catch (error) {
    return skipWhenRefused(error);
  }
}

async function hasRole(aws: Aws, RoleName: string): Promise<boolean> {
  try {
    await aws.call("iam", "GetRole", { RoleName });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchEntityException") return false;
    throw error;
  }
}
