import type { Service } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { awsError, usageError } from "../errors.ts";

/** Deployments that are looked through for one that ended well; ECS keeps those of 90 days. */
const remembered = 100;
/** Revisions that an error lists. */
const listed = 10;

/**
 * The ARN of the task definition that ran well before the one that the service has now: of the newest deployment that
 * came to a good end with another one. Throws (exit 4) when there is none.
 */
export async function findLastGood(aws: Aws, service: Service): Promise<string> {
  const { clusterArn: cluster = "", serviceArn = "", serviceName = "" } = service;
  const { serviceDeployments = [] } = await aws.call("ecs", "ListServiceDeployments", {
    cluster,
    service: serviceArn,
    status: ["SUCCESSFUL"],
    maxResults: remembered,
  });
  const arns = serviceDeployments
    .toSorted((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0))
    .flatMap(({ targetServiceRevisionArn: arn }) => (arn === undefined ? [] : [arn]));
  for (let from = 0; from < arns.length; from += 20) {
    const batch = arns.slice(from, from + 20);
    const { serviceRevisions = [] } = await aws.call("ecs", "DescribeServiceRevisions", { serviceRevisionArns: batch });
    const definitions = batch.map(
      (arn) => serviceRevisions.find((one) => one.serviceRevisionArn === arn)?.taskDefinition,
    );
    const good = definitions.find((definition) => definition !== undefined && definition !== service.taskDefinition);
    if (good !== undefined) return good;
  }
  throw awsError({
    code: "NoGoodRevision",
    message: `Service ${serviceName} has no earlier deployment that came to a good end, so there is nothing to go back to.`,
    why: `It has ${revisionOf(service.taskDefinition)}; no other task definition was ever steady in it.`,
    hint: "ecsctl rollback --to REVISION, if you know one; or repair it: ecsctl deploy",
  });
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
