import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import { ownerTag } from "../plan/resource.ts";
import { namesIn } from "./tagged-arns.ts";
import { fromTags } from "./tags.ts";

/** A node's id, and who else uses it: `app shop`, `service web`. */
type Use = [id: string, user: string];

/** A task definition of another app. */
interface Revision {
  app: string;
  family: string;
  number: number;
}

/**
 * What is this app's and must outlive it, because somebody else uses it: of other apps of ecsctl in the region, the
 * roles, log groups and repositories of their task definitions and launch templates; of anybody, the cluster with a
 * service in it. Costs a call for each family and template of the other apps, and for ten services of the cluster.
 */
export async function findShared(aws: Aws, app: string, cluster: string): Promise<ReadonlyMap<string, string>> {
  const [profiles, tenants, revisions] = await Promise.all([
    listProfiles(aws, app),
    readTenants(aws, app, cluster),
    listRevisions(aws, app),
  ]);
  const uses = await Promise.all(revisions.map((revision) => readUses(aws, revision)));
  return new Map([...profiles, ...tenants, ...uses.flat()]);
}

/** The newest revision of each family of the other apps: those before are used by nothing but a rollback. */
async function listRevisions(aws: Aws, app: string): Promise<Revision[]> {
  const found = await aws.all(
    "tagging",
    "GetResources",
    { TagFilters: [{ Key: ownerTag }], ResourceTypeFilters: ["ecs:task-definition"], ResourcesPerPage: 100 },
    (page) => page.ResourceTagMappingList,
  );
  const newest = new Map<string, Revision>();
  for (const { ResourceARN = "", Tags } of found) {
    const [name = ""] = namesIn([ResourceARN], "ecs", "task-definition/");
    const at = name.lastIndexOf(":");
    const [family, number] = [name.slice(0, at), Number(name.slice(at + 1))];
    const owner = fromTags(Tags)[ownerTag];
    if (owner === undefined || owner === app || (newest.get(family)?.number ?? 0) >= number) continue;
    newest.set(family, { app: owner, family, number });
  }
  return [...newest.values()];
}

/** Whoever else has a service in the cluster; AWS deletes none that has services. */
async function readTenants(aws: Aws, app: string, cluster: string): Promise<Use[]> {
  const missing = "ClusterNotFoundException";
  const arns = await unlessMissing(
    aws.all("ecs", "ListServices", { cluster, maxResults: 100 }, (page) => page.serviceArns),
    missing,
  );
  const answers = await Promise.all(
    Array.from({ length: Math.ceil((arns?.length ?? 0) / 10) }, (_none, index) => {
      const services = arns?.slice(index * 10, index * 10 + 10);
      return unlessMissing(aws.call("ecs", "DescribeServices", { cluster, services, include: ["TAGS"] }), missing);
    }),
  );
  return answers
    .flatMap((answer) => answer?.services ?? [])
    .flatMap(({ serviceName, status, tags }): Use[] => {
      const owner = fromTags(tags)[ownerTag];
      if (status === "INACTIVE" || owner === app) return [];
      const user = owner === undefined ? `service ${serviceName}` : `app ${owner}`;
      return ["ecs-cluster", "insights-logs"].map((kind) => [`${kind}/${cluster}`, user]);
    });
}

async function readUses(aws: Aws, { app, family, number }: Revision): Promise<Use[]> {
  // One that was deleted since it was listed uses nothing. ClientException is what ECS says of a missing one.
  const answer = await unlessMissing(
    aws.call("ecs", "DescribeTaskDefinition", { taskDefinition: `${family}:${number}` }),
    "ClientException",
  );
  const definition = answer?.taskDefinition;
  if (definition?.status !== "ACTIVE") return [];
  return usesOf(definition).map((id) => [id, `app ${app}`]);
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
async function listProfiles(aws: Aws, app: string): Promise<Use[]> {
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
    .flatMap(([user, name]): Use[] => [
      [`instance-profile/${name}`, `app ${user}`],
      [`iam-role/${name}`, `app ${user}`],
    ]);
}
