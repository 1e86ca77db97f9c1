import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { addCapacity } from "../support/capacity.ts";
import { webTask } from "../support/ecs-world.ts";
import { runTool, versionOf } from "../support/run-tool.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

const cluster = "shop";
const id = {
  ServiceNamespace: "ecs",
  ResourceId: `service/${cluster}/web`,
  ScalableDimension: "ecs:service:DesiredCount",
} as const;
const target = `--service-namespace ecs --resource-id ${id.ResourceId} --scalable-dimension ${id.ScalableDimension}`;

/** Older clients do not know AWS_ENDPOINT_URL and would go to AWS itself. */
function reasonToSkip(command: string, args: string[], pattern: RegExp, least: readonly [number, number][]) {
  const version = versionOf(command, args);
  if (!version) return `${command} cannot be asked for its version`;
  const [, major = "0", minor = "0"] = pattern.exec(version) ?? [];
  const knows = least.some(([from, minimum]) => Number(major) === from && Number(minor) >= minimum);
  return knows || Number(major) > (least.at(-1)?.[0] ?? 0) ? false : `${version} does not know AWS_ENDPOINT_URL`;
}
const withoutBoto3 = reasonToSkip("python3", ["-c", "import boto3; print(boto3.__version__)"], /^(\d+)\.(\d+)/, [
  [1, 28],
]);
const withoutCli = reasonToSkip("aws", ["--version"], /aws-cli\/(\d+)\.(\d+)/, [
  [1, 29],
  [2, 13],
]);

let sandbox: TestSandbox;

/** A service with a policy and alarms that ecsctl's own SDK wrote. */
before(async () => {
  sandbox = await startSandbox();
  const aws = sandbox.aws();
  await aws.call("ecs", "CreateCluster", { clusterName: cluster });
  await addCapacity(sandbox, cluster);
  await aws.call("ecs", "RegisterTaskDefinition", webTask);
  await aws.call("ecs", "CreateService", { cluster, serviceName: "web", taskDefinition: "web", desiredCount: 1 });
  await aws.call("application-autoscaling", "RegisterScalableTarget", { ...id, MinCapacity: 1, MaxCapacity: 3 });
  const { Alarms } = await aws.call("application-autoscaling", "PutScalingPolicy", {
    ...id,
    PolicyName: "sdk-cpu",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilizationHighResolution" },
    },
  });
  await aws.call("cloudwatch", "PutCompositeAlarm", {
    AlarmName: "sdk-composite",
    AlarmRule: `ALARM("${Alarms?.[0]?.AlarmName}")`,
    ActionsSuppressor: Alarms?.[1]?.AlarmName,
    ActionsSuppressorWaitPeriod: 60,
    ActionsSuppressorExtensionPeriod: 120,
  });
  await sandbox.advance(5);
});
after(() => sandbox.close());

describe("boto3 and the SDK read each other's scaling", { skip: withoutBoto3 }, () => {
  it("writes alarms, composite alarms, steps, forecasts and schedules, and reads ours", async () => {
    const script = join(import.meta.dirname, "../fixtures/drive_scaling.py");
    const { code, stdout, stderr } = await runTool(sandbox.url, "python3", [script]);
    assert.equal(code, 0, stderr);
    const { foreignComposite, ...seen } = JSON.parse(stdout) as Record<string, unknown> & {
      foreignComposite: unknown[];
    };
    assert.match(String(foreignComposite[0]), /^ALARM\("TargetTracking-service\/shop\/web-AlarmHigh-/);
    assert.deepEqual(foreignComposite.slice(1), ["OK", 60]);
    assert.deepEqual(seen, {
      foreignPolicies: ["sdk-cpu"],
      alarms: ["backlog-per-task", "both", "p99"],
      expression: ["RATE(m1) * PERIOD(m1)"],
      history: ["Alarm updated from INSUFFICIENT_DATA to ALARM", "ALARM", "by hand"],
      steps: [10, 30],
      mode: "ForecastOnly",
      forecast: [],
      arn: ":resource/ecs/service/shop/web:policyName/steps",
      schedule: [
        "cron(0 8 ? * MON-FRI *)",
        "Europe/Berlin",
        "2030-01-01T00:00:00+00:00",
        { MinCapacity: 2, MaxCapacity: 3 },
      ],
      groupSchedule: "0 22 * * *",
      groupPolicies: [],
      errors: [
        "ValidationError: Could not save the composite alarm as alarms [gone] in the alarm rule do not exist",
        "ValidationError: Cannot delete p99 as there are composite alarm(s) depending on it.",
        "ValidationError: Error in expression 'e1': Invalid syntax",
      ],
    });
    const { CompositeAlarms } = await sandbox
      .aws()
      .call("cloudwatch", "DescribeAlarms", { AlarmNames: ["both"], AlarmTypes: ["CompositeAlarm"] });
    assert.equal(CompositeAlarms?.[0]?.AlarmRule, 'ALARM("p99") AND NOT OK("backlog-per-task")');
  });
});

describe("the AWS CLI and the SDK read each other's scaling", { skip: withoutCli }, () => {
  /** No argument here has a space in it. */
  async function run<T>(line: string): Promise<T> {
    const { code, stdout, stderr } = await runTool(sandbox.url, "aws", `${line} --output json`.split(" "));
    assert.equal(code, 0, `aws ${line}: ${stderr}`);
    return JSON.parse(stdout || "{}") as T;
  }

  it("steps with their alarm: written by the CLI, read by the SDK", async () => {
    const steps = JSON.stringify({
      AdjustmentType: "ChangeInCapacity",
      Cooldown: 30,
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }],
    });
    const { PolicyARN } = await run<{ PolicyARN: string }>(
      `application-autoscaling put-scaling-policy ${target} --policy-name cli-steps --policy-type StepScaling --step-scaling-policy-configuration ${steps}`,
    );
    await run(
      `cloudwatch put-metric-alarm --alarm-name cli-high --namespace app --metric-name queue --statistic Average --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold --alarm-actions ${PolicyARN}`,
    );
    const { ScalingPolicies } = await sandbox.aws().call("application-autoscaling", "DescribeScalingPolicies", {
      ServiceNamespace: "ecs",
      PolicyNames: ["cli-steps"],
    });
    assert.deepEqual(
      ScalingPolicies?.map(({ Alarms }) => Alarms?.map(({ AlarmName }) => AlarmName)),
      [["cli-high"]],
    );
  });

  it("history and composite alarms: written by the SDK, read by the CLI", async () => {
    const { AlarmHistoryItems } = await run<{ AlarmHistoryItems: { HistorySummary: string; AlarmType: string }[] }>(
      "cloudwatch describe-alarm-history --alarm-name sdk-composite --scan-by TimestampAscending",
    );
    assert.deepEqual(
      AlarmHistoryItems.map(({ HistorySummary, AlarmType }) => `${AlarmType}: ${HistorySummary}`),
      ['CompositeAlarm: Alarm "sdk-composite" created', "CompositeAlarm: Alarm updated from INSUFFICIENT_DATA to OK"],
    );
    const described = await run<{ CompositeAlarms: { StateReason: string }[] }>(
      "cloudwatch describe-alarms --alarm-names sdk-composite --alarm-types CompositeAlarm",
    );
    assert.match(described.CompositeAlarms[0]?.StateReason ?? "", /was created and its alarm rule evaluates to OK$/);
  });
});
