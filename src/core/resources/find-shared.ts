import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import { ownerTag } from "../plan/resource.ts";
import { parseArn } from "./tagged-arns.ts";
import { fromTags } from "./tags.ts";

/** Something of another app, by its ARN. */
interface Other {
  app: string;
  /** `ecs:service`, `ecs:task-definition`. */
  type: string;
  /** What follows the type in the ARN. */
  name: string;
}

/**
 * What other apps of ecsctl in the region use, as node ids with the app's name: roles, clusters, log groups and
 * repositories that are this app's, and that another one adopted, must outlive it. Costs a call for each of their
 * services, task definition families and launch templates.
 */
export async function findShared(aws: Aws, app: string): Promise<ReadonlyMap<string, string>> {
  const [others, profiles] = await Promise.all([listOthers(aws, app), listProfiles(aws, app)]);
  const uses = await Promise.all([
    ...others.filter(({ type }) => type === "ecs:service").map((other) => readCluster(aws, other)),
    ...newestOf(others).map((other) => readUses(aws, other)),
  ]);
  return new Map([...profiles, ...uses.flat()]);
}

async function listOthers(aws: Aws, app: string): Promise<Other[]> {
  const found = await aws.all(
    "tagging",
    "GetResources",
    {
      TagFilters: [{ Key: ownerTag }],
      ResourceTypeFilters: ["ecs:service", "ecs:task-definition"],
      ResourcesPerPage: 100,
    },
    (page) => page.ResourceTagMappingList,
  );
  return found.flatMap(({ ResourceARN = "", Tags }): Other[] => {
    const { service, resource } = parseArn(ResourceARN);
    const at = resource.indexOf("/");
    const owner = fromTags(Tags)[ownerTag];
    if (owner === undefined || owner === app) return [];
    return [{ app: owner, type: `${service}:${resource.slice(0, at)}`, name: resource.slice(at + 1) }];
  });
}

/** The newest revision of each family: those before are used by nothing but a rollback. */
function newestOf(others: readonly Other[]): Other[] {
  const revisions = others.filter(({ type }) => type === "ecs:task-definition");
  const revisionOf = ({ name }: Other): number => Number(name.slice(name.lastIndexOf(":") + 1));
  const families = Map.groupBy(revisions, ({ name }) => name.slice(0, name.lastIndexOf(":")));
  return [...families.values()].flatMap((all) => all.toSorted((a, b) => revisionOf(b) - revisionOf(a)).slice(0, 1));
}

/** The cluster of a service that is still there: deleted ones are listed for an hour. */
async function readCluster(aws: Aws, { app, name }: Other): Promise<[id: string, app: string][]> {
  const [cluster = "", service = ""] = name.split("/");
  const answer = await unlessMissing(
    aws.call("ecs", "DescribeServices", { cluster, services: [service] }),
    "ClusterNotFoundException",
  );
  const status = answer?.services?.[0]?.status;
  return status === undefined || status === "INACTIVE" ? [] : [[`ecs-cluster/${cluster}`, app]];
}

async function readUses(aws: Aws, { app, name }: Other): Promise<[id: string, app: string][]> {
  // One that was deleted since it was listed uses nothing. ClientException is what ECS says of a missing one.
  const answer = await unlessMissing(
    aws.call("ecs", "DescribeTaskDefinition", { taskDefinition: name }),
    "ClientException",
  );
  const definition = answer?.taskDefinition;
  if (definition?.status !== "ACTIVE") return [];
  return usesOf(definition).map((id) => [id, app]);
}

function usesOf({ executionRoleArn, taskRoleArn, containerDefinitions = [] }: TaskDefinition): string[] {
  const roles = [executionRoleArn, taskRoleArn].flatMap((arn) => (arn ? [`iam-role/${nameOf(arn)}`] : []));
  const own = containerDefinitions.flatMap(({ image = "", logConfiguration }) => {
    const group = logConfiguration?.options?.["awslogs-group"];
    const repository = /^[^/]+\/(.+?)(@sha256:\w+|:[^:/]+)?$/.exec(image)?.[1];
    return [...(group ? [`log-group/${group}`] : []), ...(repository ? [`ecr-repository/${repository}`] : [])];
  });
  return [...roles, ...own];
}

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

/** ecsctl calls a profile like the role in it. */
async function listProfiles(aws: Aws, app: string): Promise<[id: string, app: string][]> {
  const templates = await aws.all(
    "ec2",
    "DescribeLaunchTemplates",
    { Filters: [{ Name: "tag-key", Values: [ownerTag] }] },
    (page) => page.LaunchTemplates,
  );
  const others = templates.filter(({ Tags }) => fromTags(Tags)[ownerTag] !== app);
  const found = await Promise.all(
    others.map(async ({ LaunchTemplateId, Tags }) => {
      const answer = await unlessMissing(
        aws.call("ec2", "DescribeLaunchTemplateVersions", { LaunchTemplateId, Versions: ["$Latest"] }),
        "InvalidLaunchTemplateId.NotFound",
      );
      const profile = answer?.LaunchTemplateVersions?.[0]?.LaunchTemplateData?.IamInstanceProfile;
      return [fromTags(Tags)[ownerTag] ?? "", profile?.Name ?? nameOf(profile?.Arn ?? "")] as const;
    }),
  );
  return found
    .filter(([, name]) => name !== "")
    .flatMap(([user, name]) => [
      [`instance-profile/${name}`, user],
      [`iam-role/${name}`, user],
    ]);
}
