import type { Service, Task } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { awsError, isAwsError } from "../errors.ts";
import type { Subject } from "./snapshot.ts";

/** DescribeTasks takes at most 100 at a time. */
const batch = 100;

/** The service as ECS has it. A cluster or service that does not exist (or was deleted) is an error that names `ecsctl deploy`. */
export async function readService(aws: Aws, subject: Subject, signal?: AbortSignal): Promise<Service> {
  const { cluster, service: name } = subject;
  const answer = await aws
    .call("ecs", "DescribeServices", { cluster, services: [name] }, signal)
    .catch((error: unknown) => {
      if (!isAwsError(error, "ClusterNotFoundException")) throw error;
      throw awsError({
        code: "ClusterNotFound",
        message: `Cluster ${cluster} does not exist in ${aws.region}.`,
        hint: "Make it with: ecsctl deploy",
        cause: error,
      });
    });
  const service = answer.services?.[0];
  if (service && service.status !== "INACTIVE") return service;
  throw awsError({
    code: "ServiceNotFound",
    message: `Service ${name} does not exist in cluster ${cluster} (${aws.region}).`,
    hint: "Make it with: ecsctl deploy",
  });
}

async function describeTasks(aws: Aws, cluster: string, arns: readonly string[], signal?: AbortSignal) {
  const answers = [];
  for (let from = 0; from < arns.length; from += batch)
    answers.push(aws.call("ecs", "DescribeTasks", { cluster, tasks: arns.slice(from, from + batch) }, signal));
  return (await Promise.all(answers)).flatMap((answer) => answer.tasks ?? []);
}

/** The service's tasks that are running or on their way; `STOPPED` gives those that stopped within about the last hour. */
export async function readTasks(
  aws: Aws,
  subject: Subject,
  desiredStatus: "RUNNING" | "STOPPED",
  signal?: AbortSignal,
): Promise<Task[]> {
  const filter = { cluster: subject.cluster, serviceName: subject.service, desiredStatus };
  const arns = await aws.all("ecs", "ListTasks", filter, (page) => page.taskArns, signal);
  return describeTasks(aws, subject.cluster, arns, signal);
}
