import type { Task } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { isAwsError } from "../errors.ts";
import type { InstanceAddress } from "./endpoints.ts";

/** DescribeNetworkInterfaces is asked for so many at a time: what one page of its answer holds. */
const batch = 1000;

/** The network interface of a task of network mode awsvpc, by its id. */
export const interfaceIdOf = (task: Task): string | undefined =>
  task.attachments
    ?.find((one) => one.type === "ElasticNetworkInterface")
    ?.details?.find(({ name }) => name === "networkInterfaceId")?.value;

/** Public and private addresses of the tasks' own network interfaces. `known` keeps them: they do not change. */
export async function readInterfaces(
  aws: Aws,
  tasks: readonly Task[],
  known: Map<string, InstanceAddress>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, InstanceAddress>> {
  const running = tasks.filter((task) => task.lastStatus === "RUNNING");
  const ids = running.map(interfaceIdOf).filter((id) => id !== undefined && !known.has(id)) as string[];
  for (let from = 0; from < ids.length; from += batch) {
    const asked = { NetworkInterfaceIds: ids.slice(from, from + batch) };
    const answer = await aws.call("ec2", "DescribeNetworkInterfaces", asked, signal).catch((error: unknown) => {
      // One of the tasks has just ended; the next look asks without it.
      if (isAwsError(error, "InvalidNetworkInterfaceID.NotFound")) return { NetworkInterfaces: [] };
      throw error;
    });
    for (const one of answer.NetworkInterfaces ?? [])
      known.set(one.NetworkInterfaceId ?? "", {
        id: one.NetworkInterfaceId ?? "",
        publicIp: one.Association?.PublicIp ?? null,
        privateIp: one.PrivateIpAddress ?? null,
      });
  }
  return known;
}
