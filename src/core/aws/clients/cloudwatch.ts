export { CloudWatchClient as Client } from "@aws-sdk/client-cloudwatch";
export {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  PutCompositeAlarmCommand,
  PutDashboardCommand,
  GetDashboardCommand,
  DeleteDashboardsCommand,
  ListDashboardsCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
