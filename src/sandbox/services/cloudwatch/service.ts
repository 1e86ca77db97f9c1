import * as module from "@aws-sdk/client-cloudwatch";
import type { ServiceModule } from "../../wire/api.ts";
import { deleteAlarms, disableAlarmActions, enableAlarmActions, setAlarmState } from "./alarm-state.ts";
import * as dashboards from "./dashboards.ts";
import { describeAlarmHistory } from "./describe-alarm-history.ts";
import { describeAlarms, describeAlarmsForMetric } from "./describe-alarms.ts";
import { getMetricData } from "./get-metric-data.ts";
import { getMetricStatistics } from "./get-metric-statistics.ts";
import { listMetrics } from "./list-metrics.ts";
import { putCompositeAlarm } from "./put-composite-alarm.ts";
import { putMetricAlarm } from "./put-metric-alarm.ts";
import { putMetricData } from "./put-metric-data.ts";
import { listTagsForResource, tagResource, untagResource } from "./tags.ts";

export const service: ServiceModule<typeof module> = {
  module,
  Client: module.CloudWatchClient,
  handlers: {
    DeleteAlarms: deleteAlarms,
    DeleteDashboards: dashboards.deleteDashboards,
    DescribeAlarmHistory: describeAlarmHistory,
    DescribeAlarms: describeAlarms,
    DescribeAlarmsForMetric: describeAlarmsForMetric,
    DisableAlarmActions: disableAlarmActions,
    EnableAlarmActions: enableAlarmActions,
    GetDashboard: dashboards.getDashboard,
    GetMetricData: getMetricData,
    GetMetricStatistics: getMetricStatistics,
    ListDashboards: dashboards.listDashboards,
    ListMetrics: listMetrics,
    ListTagsForResource: listTagsForResource,
    PutCompositeAlarm: putCompositeAlarm,
    PutDashboard: dashboards.putDashboard,
    PutMetricAlarm: putMetricAlarm,
    PutMetricData: putMetricData,
    SetAlarmState: setAlarmState,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
};
