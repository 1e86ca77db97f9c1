import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";

/** Where Container Insights keeps its performance events ("Container Insights performance log reference", CloudWatch). */
export const insightsLogGroup = (cluster: string): string => `/aws/ecs/containerinsights/${cluster}/performance`;

/** Whether AWS has made that log group: with the first events, without tags, and it does not go with the cluster. */
export async function hasInsightsLogs(aws: Aws, cluster: string): Promise<boolean> {
  const name = insightsLogGroup(cluster);
  const groups = await aws.all("logs", "DescribeLogGroups", { logGroupNamePrefix: name }, (page) => page.logGroups);
  return groups.some(({ logGroupName }) => logGroupName === name);
}

export async function deleteInsightsLogs(aws: Aws, cluster: string): Promise<void> {
  const logGroupName = insightsLogGroup(cluster);
  await unlessMissing(aws.call("logs", "DeleteLogGroup", { logGroupName }), "ResourceNotFoundException");
}
