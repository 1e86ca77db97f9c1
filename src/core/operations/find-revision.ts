import type { Service, ServiceDeploymentBrief } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { awsError, usageError } from "../errors.ts";

/** Deployments that are looked through for one that ended well; ECS keeps those of 90 days. */
const maxResults = 100;
/** Revisions that an error lists. */
const listed = 10;

/** Where a rollback goes that was told nothing. */
export interface LastGood {
  /** ARN of a task definition. */
  arn: string;
  /** Said to the user, when ECS went there by itself. */
  note?: string;
}

/**
 * The last task definition that ran well. When ECS has taken the newest deployment back by itself, that is the one
 * that the service has again: going further back would lose a good release. Else that of the newest deployment that
 * came to a good end with another one. Throws (exit 4) when there is none.
 */
export async function findLastGood(aws: Aws, service: Service): Promise<LastGood> {
  const { clusterArn: cluster = "", serviceArn = "", serviceName = "", taskDefinition: present = "" } = service;
  const answer = await aws.call("ecs", "ListServiceDeployments", { cluster, service: serviceArn, maxResults });
  const newest = (answer.serviceDeployments ?? []).toSorted(
    (a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0),
  );
  if (isTakenBack(newest[0]?.status)) return { arn: present, note: tellTakenBack(present, newest[0]?.statusReason) };
  const good = newest.filter(({ status }) => status === "SUCCESSFUL");
  const gone = new Set<string>();
  for await (const arn of definitionsOf(aws, good)) {
    if (arn === present || gone.has(arn)) continue;
    if (await isActive(aws, arn)) return { arn };
    gone.add(arn);
  }
  const lost = `${[...gone].map(revisionOf).join(", ")} ran well, but was deregistered since.`;
  throw awsError({
    code: "NoGoodRevision",
    message: `Service ${serviceName} has no earlier deployment that came to a good end, so there is nothing to go back to.`,
    why: `It has ${revisionOf(present)}; ${gone.size > 0 ? lost : "no other task definition was ever steady in it."}`,
    hint: "ecsctl rollback --to REVISION, if you know one; or repair it: ecsctl deploy",
  });
}

/** The deployment is over, or will be, with the revision before it in its place. */
const isTakenBack = (status: string | undefined): boolean =>
  status === "ROLLBACK_IN_PROGRESS" || status === "ROLLBACK_SUCCESSFUL";

const tellTakenBack = (present: string, reason = "the newest deployment failed"): string =>
  `ECS went back to ${revisionOf(present)} by itself (${reason.replace(/\.$/, "")}): that is the last good one; --to names another`;

/** The task definitions of deployments, in their order. */
async function* definitionsOf(aws: Aws, deployments: readonly ServiceDeploymentBrief[]): AsyncGenerator<string> {
  const arns = deployments.flatMap(({ targetServiceRevisionArn: arn }) => (arn === undefined ? [] : [arn]));
  for (let from = 0; from < arns.length; from += 20) {
    const batch = arns.slice(from, from + 20);
    const { serviceRevisions = [] } = await aws.call("ecs", "DescribeServiceRevisions", { serviceRevisionArns: batch });
    for (const arn of batch) {
      const definition = serviceRevisions.find((one) => one.serviceRevisionArn === arn)?.taskDefinition;
      if (definition !== undefined) yield definition;
    }
  }
}

/** A service cannot be given a task definition that was deregistered. */
async function isActive(aws: Aws, taskDefinition: string): Promise<boolean> {
  const answer = await aws
    .call("ecs", "DescribeTaskDefinition", { taskDefinition })
    .catch((error: unknown) => (isMissing(error) ? undefined : Promise.reject(error)));
  return answer?.taskDefinition?.status === "ACTIVE";
}

/** The ARN of a revision: `3` of the family, `FAMILY:3`, or an ARN. Throws a usage error that lists what there is. */
export async function findRevision(aws: Aws, family: string, wanted: string): Promise<string> {
  const name = /^\d+$/.test(wanted) ? `${family}:${wanted}` : wanted;
  const found = await aws
    .call("ecs", "DescribeTaskDefinition", { taskDefinition: name })
    .catch((error: unknown) => (isMissing(error) ? undefined : Promise.reject(error)));
  const { taskDefinitionArn: arn, status } = found?.taskDefinition ?? {};
  if (arn !== undefined && status === "ACTIVE" && name.includes(":")) return arn;
  const { taskDefinitionArns = [] } = await aws.call("ecs", "ListTaskDefinitions", {
    familyPrefix: family,
    sort: "DESC",
    maxResults: listed,
  });
  const there = taskDefinitionArns.map((one) => revisionOf(one).split(":").at(-1)).join(", ");
  throw usageError({
    code: "RevisionMissing",
    message: `There is no active task definition ${name}${status === undefined || arn === undefined ? "" : `: it is ${status}`}.`,
    hint: there === "" ? `Family ${family} has none.` : `Family ${family} has the revisions ${there}.`,
  });
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && /Unable to describe task definition|Invalid revision/i.test(error.message);

/** `shop-task:3` of its ARN. */
export const revisionOf = (arn: string | undefined): string => arn?.split("/").at(-1) ?? "";
