export { CloudWatchLogsClient as Client } from "@aws-sdk/client-cloudwatch-logs";
export {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteResourcePolicyCommand,
  DescribeLogGroupsCommand,
  DescribeResourcePoliciesCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  GetQueryResultsCommand,
  ListTagsForResourceCommand,
  PutResourcePolicyCommand,
  PutRetentionPolicyCommand,
  StartQueryCommand,
  StopQueryCommand,
  TagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
