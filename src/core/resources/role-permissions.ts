import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";

export interface Permission {
  actions: readonly string[];
  resources: readonly string[];
}

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** What an inline policy of a role allows; undefined when there is none of that name. */
export async function readPermissions(
  aws: Aws,
  RoleName: string,
  PolicyName: string,
): Promise<Permission[] | undefined> {
  const answer = await unlessMissing(
    aws.call("iam", "GetRolePolicy", { RoleName, PolicyName }),
    "NoSuchEntityException",
  );
  if (!answer?.PolicyDocument) return undefined;
  const document = JSON.parse(decodeURIComponent(answer.PolicyDocument)) as {
    Statement?: { Action?: string | string[]; Resource?: string | string[] }[];
  };
  return (document.Statement ?? []).map(({ Action, Resource }) => ({
    actions: list(Action),
    resources: list(Resource),
  }));
}

/** In words, as plans show them. */
export const permissionFields = (permissions: readonly Permission[] | undefined) => ({
  permissions: permissions?.map(({ actions, resources }) => `${actions.join(", ")} on ${resources.join(", ")}`),
});

/** Makes or replaces an inline policy; without permissions, there is none afterwards. */
export async function putPermissions(
  aws: Aws,
  RoleName: string,
  PolicyName: string,
  permissions: readonly Permission[] = [],
): Promise<void> {
  if (permissions.length === 0) {
    await unlessMissing(aws.call("iam", "DeleteRolePolicy", { RoleName, PolicyName }), "NoSuchEntityException");
    return;
  }
  const Statement = permissions.map(({ actions, resources }) => ({
    Effect: "Allow",
    Action: actions,
    Resource: resources,
  }));
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await aws.call("iam", "PutRolePolicy", { RoleName, PolicyName, PolicyDocument });
}

/** Both together: what is wanted for the same actions joins what is there. */
export function addPermissions(live: readonly Permission[], wanted: readonly Permission[]): Permission[] {
  const same = (one: Permission, other: Permission): boolean => one.actions.join() === other.actions.join();
  const joined = live.map((one) => {
    const more = wanted.filter((other) => same(one, other)).flatMap(({ resources }) => resources);
    return { actions: one.actions, resources: [...new Set([...one.resources, ...more])].sort() };
  });
  return [...joined, ...wanted.filter((one) => !live.some((other) => same(one, other)))];
}
