import type { Aws } from "../aws/aws.ts";
import { ownerTag } from "../plan/resource.ts";

/**
 * The ARNs of everything in the region that carries the app's mark, a hundred a call. It leaves out Auto Scaling groups
 * and IAM roles, lags behind, and may still name what was deleted (GetResources, Resource Groups Tagging API), so
 * whoever uses it looks again.
 */
export function listTaggedArns(aws: Aws, app: string): Promise<string[]> {
  return aws.all(
    "tagging",
    "GetResources",
    { TagFilters: [{ Key: ownerTag, Values: [app] }], ResourcesPerPage: 100 },
    (page) => page.ResourceTagMappingList?.map(({ ResourceARN = "" }) => ResourceARN),
  );
}

/** What an ARN names: its service and what follows the account. */
export function parseArn(arn: string): { service: string; resource: string } {
  const [, , service = "", , , ...rest] = arn.split(":");
  return { service, resource: rest.join(":") };
}

/** The names behind a prefix of the resource part, of one service: `namesIn(arns, "logs", "log-group:")`. */
export const namesIn = (arns: readonly string[], service: string, prefix: string): string[] =>
  arns
    .map(parseArn)
    .filter((parsed) => parsed.service === service && parsed.resource.startsWith(prefix))
    .map(({ resource }) => resource.slice(prefix.length));
