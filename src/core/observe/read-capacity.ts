import type { ContainerInstance } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { isAwsError } from "../errors.ts";
import type { InstanceAddress } from "./endpoints.ts";
import type { InstanceView } from "./snapshot.ts";

/** The cluster's EC2 capacity, found by container instance ARN. */
export type Capacity = ReadonlyMap<string, InstanceView>;

const remaining = (instance: ContainerInstance, name: "CPU" | "MEMORY"): number =>
  instance.remainingResources?.find((resource) => resource.name === name)?.integerValue ?? 0;

async function describeContainerInstances(aws: Aws, cluster: string, signal?: AbortSignal) {
  const arns = await aws.all(
    "ecs",
    "ListContainerInstances",
    { cluster },
    (page) => page.containerInstanceArns,
    signal,
  );
  const answers = [];
  for (let from = 0; from < arns.length; from += 100)
    answers.push(
      aws.call(
        "ecs",
        "DescribeContainerInstances",
        { cluster, containerInstances: arns.slice(from, from + 100) },
        signal,
      ),
    );
  return (await Promise.all(answers)).flatMap((answer) => answer.containerInstances ?? []);
}

/** Public and private addresses of EC2 instances; ids that EC2 no longer knows are left out. */
export async function readAddresses(
  aws: Aws,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, InstanceAddress>> {
  if (ids.length === 0) return new Map();
  const reservations = await aws
    .all("ec2", "DescribeInstances", { InstanceIds: [...ids] }, (page) => page.Reservations, signal)
    .catch((error: unknown) => {
      if (isAwsError(error, "InvalidInstanceID.NotFound")) return [];
      throw error;
    });
  const found = reservations.flatMap((reservation) => reservation.Instances ?? []);
  return new Map(
    found.map((instance) => [
      instance.InstanceId ?? "",
      {
        id: instance.InstanceId ?? "",
        publicIp: instance.PublicIpAddress ?? null,
        privateIp: instance.PrivateIpAddress ?? null,
      },
    ]),
  );
}

/**
 * The cluster's container instances with their addresses. `known` keeps public addresses between reads: they do not
 * change while an instance runs, so EC2 is asked about new instances only.
 */
export async function readCapacity(
  aws: Aws,
  cluster: string,
  known: Map<string, InstanceAddress>,
  signal?: AbortSignal,
): Promise<Capacity> {
  const found = await describeContainerInstances(aws, cluster, signal);
  const unknown = found.map((instance) => instance.ec2InstanceId ?? "").filter((id) => id && !known.get(id)?.publicIp);
  for (const [id, address] of await readAddresses(aws, unknown, signal)) known.set(id, address);
  return new Map(
    found.map((instance) => {
      const id = instance.ec2InstanceId ?? "";
      const view: InstanceView = {
        id,
        publicIp: known.get(id)?.publicIp ?? null,
        privateIp: known.get(id)?.privateIp ?? null,
        status: instance.status ?? "UNKNOWN",
        remainingCpu: remaining(instance, "CPU"),
        remainingMemory: remaining(instance, "MEMORY"),
        runningTasks: instance.runningTasksCount ?? 0,
      };
      return [instance.containerInstanceArn ?? "", view];
    }),
  );
}
