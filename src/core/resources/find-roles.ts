import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import { ownerTag } from "../plan/resource.ts";
import { namesIn } from "./tagged-arns.ts";
import { fromTags } from "./tags.ts";

/** Names of IAM things that carry the app's mark. */
export interface OwnRoles {
  roles: string[];
  /** Instance profiles, each with the role in it. */
  profiles: { name: string; role: string | undefined }[];
}

/** So many revisions of a family are asked which roles they name, the newest first. */
const asked = 5;
const gone = "NoSuchEntityException";
const nameOf = (arn: string | undefined): string => arn?.slice(arn.lastIndexOf("/") + 1) ?? "";

/**
 * The roles of the app. IAM cannot list by tag in one call, and an account may have thousands of roles, so the app's
 * own task definitions and launch templates are asked which they use, also those from before a role was renamed.
 */
export async function findOwnRoles(aws: Aws, app: string, arns: readonly string[]): Promise<OwnRoles> {
  const [named, profileNames] = await Promise.all([readTaskRoles(aws, arns), readProfiles(aws, app)]);
  const profiles = (await Promise.all(profileNames.map((name) => readProfile(aws, app, name)))).flatMap(
    (profile) => profile ?? [],
  );
  const candidates = [...named, ...profiles.map(({ role = "" }) => role), ...profileNames];
  const unique = [...new Set(candidates)].filter((name) => name !== "");
  const owned = await Promise.all(unique.map((name) => isOwnRole(aws, app, name)));
  return { roles: unique.filter((_name, index) => owned[index]), profiles };
}

async function readTaskRoles(aws: Aws, arns: readonly string[]): Promise<string[]> {
  const revisions = namesIn(arns, "ecs", "task-definition/").map((name) => {
    const at = name.lastIndexOf(":");
    return { family: name.slice(0, at), revision: Number(name.slice(at + 1)) };
  });
  const newest = [...Map.groupBy(revisions, ({ family }) => family).values()].flatMap((all) =>
    all.toSorted((a, b) => b.revision - a.revision).slice(0, asked),
  );
  const found = await Promise.all(
    newest.map(({ family, revision }) =>
      aws
        .call("ecs", "DescribeTaskDefinition", { taskDefinition: `${family}:${revision}` })
        // One that was deleted since it was listed is no place to look.
        .catch(() => undefined),
    ),
  );
  return found.flatMap((answer) => {
    const { executionRoleArn, taskRoleArn } = answer?.taskDefinition ?? {};
    return [nameOf(executionRoleArn), nameOf(taskRoleArn)];
  });
}

async function readProfiles(aws: Aws, app: string): Promise<string[]> {
  const templates = await aws.all(
    "ec2",
    "DescribeLaunchTemplates",
    { Filters: [{ Name: `tag:${ownerTag}`, Values: [app] }] },
    (page) => page.LaunchTemplates,
  );
  const versions = await Promise.all(
    templates.map(({ LaunchTemplateId }) =>
      aws.call("ec2", "DescribeLaunchTemplateVersions", { LaunchTemplateId, MaxResults: 200 }).catch(() => undefined),
    ),
  );
  const profiles = versions.flatMap((answer) =>
    (answer?.LaunchTemplateVersions ?? []).map(({ LaunchTemplateData: data }) => data?.IamInstanceProfile),
  );
  const names = profiles.map((profile) => profile?.Name ?? nameOf(profile?.Arn));
  return [...new Set(names)].filter((name) => name !== "");
}

async function readProfile(aws: Aws, app: string, name: string): Promise<OwnRoles["profiles"][number] | undefined> {
  const answer = await unlessMissing(aws.call("iam", "GetInstanceProfile", { InstanceProfileName: name }), gone);
  const profile = answer?.InstanceProfile;
  if (fromTags(profile?.Tags)[ownerTag] !== app) return undefined;
  return { name, role: profile?.Roles?.[0]?.RoleName };
}

async function isOwnRole(aws: Aws, app: string, RoleName: string): Promise<boolean> {
  const answer = await unlessMissing(aws.call("iam", "GetRole", { RoleName }), gone);
  return fromTags(answer?.Role?.Tags)[ownerTag] === app;
}
