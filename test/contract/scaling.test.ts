import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { addCapacity } from "../support/capacity.ts";
import { webTask } from "../support/ecs-world.ts";
import { fakeCredentials, startSandbox, type TestSandbox } from "../support/sandbox.ts";
import { SharedLoad } from "../support/shared-load.ts";

const cluster = "shop";
const target = {
  ServiceNamespace: "ecs",
  ResourceId: `service/${cluster}/web`,
  ScalableDimension: "ecs:service:DesiredCount",
} as const;

const runtime = new SharedLoad();
let sandbox: TestSandbox;
let scaling: ApplicationAutoScaling;
let cloudwatch: CloudWatch;
let logs: CloudWatchLogs;

before(async () => {
  sandbox = await startSandbox({ runtime });
  runtime.now = () => sandbox.world.clock.now();
  const config = { region: "us-east-1", endpoint: sandbox.url, credentials: fakeCredentials };
  scaling = new ApplicationAutoScaling(config);
  cloudwatch = new CloudWatch(config);
  logs = new CloudWatchLogs(config);
});
after(async () => {
  for (const client of [scaling, cloudwatch, logs]) client.destroy();
  await sandbox.close();
});

async function readService() {
  const { services = [] } = await sandbox.aws().call("ecs", "DescribeServices", { cluster, services: ["web"] });
  return services[0];
}

test("a service follows its load through the APIs of ECS, CloudWatch and Application Auto Scaling", async () => {
  const aws = sandbox.aws();
  await aws.call("ecs", "CreateCluster", { clusterName: cluster });
  await addCapacity(sandbox, cluster);
  await aws.call("ecs", "RegisterTaskDefinition", webTask);
  await aws.call("ecs", "CreateService", { cluster, serviceName: "web", taskDefinition: "web", desiredCount: 1 });
  await sandbox.advance(120);
  const registered = await scaling.registerScalableTarget({ ...target, MinCapacity: 1, MaxCapacity: 3 });
  assert.match(
    registered.ScalableTargetARN ?? "",
    /^arn:aws:application-autoscaling:us-east-1:\d{12}:scalable-target\//,
  );
  const put = await scaling.putScalingPolicy({
    ...target,
    PolicyName: "cpu-target-tracking",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
      ScaleOutCooldown: 30,
      ScaleInCooldown: 30,
    },
  });
  assert.deepEqual(
    put.Alarms?.map(({ AlarmName }) => /Alarm(High|Low)/.exec(AlarmName ?? "")?.[1]),
    ["High", "Low"],
  );

  const vcpusOfTask = Number(webTask.cpu ?? webTask.containerDefinitions?.[0]?.cpu) / 1024;
  runtime.vcpus = 1.3 * vcpusOfTask;
  await sandbox.advance(330);
  const peak = await readService();
  assert.deepEqual([peak?.desiredCount, peak?.runningCount], [3, 3]);
  const { ScalingActivities = [] } = await scaling.describeScalingActivities({ ServiceNamespace: "ecs" });
  assert.equal(ScalingActivities[0]?.Description, "Setting desired count to 3.");
  assert.equal(ScalingActivities[0]?.StatusCode, "Successful");
  assert.ok(ScalingActivities[0]?.StartTime instanceof Date);

  runtime.vcpus = 0;
  await sandbox.advance(19 * 60);
  assert.equal((await readService())?.desiredCount, 1);
  const { AlarmHistoryItems = [] } = await cloudwatch.describeAlarmHistory({ HistoryItemType: "StateUpdate" });
  const summaries = AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary);
  assert.ok(summaries.includes("Alarm updated from OK to ALARM"));
  const end = sandbox.world.clock.date();
  const { MetricDataResults = [] } = await cloudwatch.getMetricData({
    StartTime: new Date(end.getTime() - 1_800_000),
    EndTime: end,
    MetricDataQueries: [
      {
        Id: "cpu",
        MetricStat: {
          Metric: {
            Namespace: "AWS/ECS",
            MetricName: "CPUUtilization",
            Dimensions: [
              { Name: "ClusterName", Value: cluster },
              { Name: "ServiceName", Value: "web" },
            ],
          },
          Period: 60,
          Stat: "Average",
        },
      },
    ],
  });
  const peakCpu = Math.max(...(MetricDataResults[0]?.Values ?? []));
  assert.ok(peakCpu > 120 && peakCpu < 135, `${peakCpu} % is what one task was asked for`);

  await scaling.deregisterScalableTarget(target);
  const { MetricAlarms } = await cloudwatch.describeAlarms({ AlarmNamePrefix: "TargetTracking-" });
  assert.deepEqual(MetricAlarms ?? [], []);
});

test("modelled errors arrive as the SDK's own classes", async () => {
  await assert.rejects(scaling.deregisterScalableTarget({ ...target, ResourceId: "service/shop/none" }), {
    name: "ObjectNotFoundException",
  });
  await assert.rejects(
    scaling.registerScalableTarget({ ...target, ResourceId: "service/shop/none", MinCapacity: 1, MaxCapacity: 2 }),
    {
      name: "ValidationException",
      message: "ECS service doesn't exist: service/shop/none",
    },
  );
  await assert.rejects(cloudwatch.setAlarmState({ AlarmName: "none", StateValue: "OK", StateReason: "" }), {
    name: "ResourceNotFound",
  });
  await assert.rejects(
    cloudwatch.putMetricData({ Namespace: "AWS/ECS", MetricData: [{ MetricName: "m", Value: 1 }] }),
    {
      name: "InvalidParameterValueException",
    },
  );
  await assert.rejects(logs.getLogEvents({ logGroupName: "none", logStreamName: "none" }), {
    name: "ResourceNotFoundException",
  });
});

test("custom metrics, alarms of one's own and their tags go through the wire and back", async () => {
  await cloudwatch.putMetricData({
    Namespace: "shop",
    MetricData: [{ MetricName: "Orders", Values: [1, 2], Counts: [3, 1] }],
  });
  const { Metrics = [] } = await cloudwatch.listMetrics({ Namespace: "shop" });
  assert.deepEqual(
    Metrics.map(({ MetricName }) => MetricName),
    ["Orders"],
  );
  await cloudwatch.putMetricAlarm({
    AlarmName: "no-orders",
    Namespace: "shop",
    MetricName: "Orders",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 2,
    Threshold: 1,
    ComparisonOperator: "LessThanThreshold",
    TreatMissingData: "breaching",
    Tags: [{ Key: "app", Value: "shop" }],
  });
  await sandbox.advance(10 * 60);
  const { MetricAlarms: [alarm] = [] } = await cloudwatch.describeAlarms({ AlarmNames: ["no-orders"] });
  assert.equal(alarm?.StateValue, "ALARM");
  assert.equal(
    alarm?.StateReason,
    "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].",
  );
  const { Tags } = await cloudwatch.listTagsForResource({ ResourceARN: alarm?.AlarmArn });
  assert.deepEqual(Tags, [{ Key: "app", Value: "shop" }]);
  await cloudwatch.deleteAlarms({ AlarmNames: ["no-orders"] });
});

test("log events go through the wire and back", async () => {
  const place = { logGroupName: "/ecs/shop", logStreamName: "web/1" };
  await logs.createLogGroup({ logGroupName: place.logGroupName });
  await logs.putRetentionPolicy({ logGroupName: place.logGroupName, retentionInDays: 14 });
  await logs.createLogStream(place);
  const timestamp = Math.floor(sandbox.world.clock.now());
  await logs.putLogEvents({
    ...place,
    logEvents: [
      { timestamp, message: "GET / 200" },
      { timestamp, message: "GET /x 404" },
    ],
  });
  const { events = [] } = await logs.filterLogEvents({ logGroupName: place.logGroupName, filterPattern: "404" });
  assert.deepEqual(
    events.map(({ message }) => message),
    ["GET /x 404"],
  );
  await logs.deleteLogGroup({ logGroupName: place.logGroupName });
});
