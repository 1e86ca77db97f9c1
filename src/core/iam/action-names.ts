/**
 * IAM's prefixes of services where they are not what `Aws` calls them. Every operation that ecsctl calls has the name
 * of its action (Service Authorization Reference, "Actions, resources, and condition keys", one page a service).
 */
const prefixes: Readonly<Record<string, string>> = {
  elbv2: "elasticloadbalancing",
  "service-quotas": "servicequotas",
  tagging: "tag",
};

/** What nobody needs a permission for (GetCallerIdentity, STS API reference). */
const free = ["sts:GetCallerIdentity"];

/** The IAM action of a call: `ecs:DescribeServices`. Undefined when it takes none. */
export function actionOf({ service, operation }: { service: string; operation: string }): string | undefined {
  const action = `${prefixes[service] ?? service}:${operation}`;
  return free.includes(action) ? undefined : action;
}
