import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../../../../src/sandbox/store.ts";
import { describeVerdict } from "../../../../src/sandbox/world/alarm-reason.ts";
import { ScaledService } from "../application-autoscaling/scaled-service.ts";

test("the reason of an alarm is CloudWatch's sentence", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  await service.track();
  service.load = 72.3;
  service.world.step(186);
  const high = (await service.alarms()).find(({ AlarmName }) => AlarmName?.includes("High"));
  assert.equal(high?.StateValue, "ALARM");
  assert.equal(
    high?.StateReason,
    "Threshold Crossed: 3 out of the last 3 datapoints [72.3 (22/11/26 07:02:00), 72.3 (22/11/26 07:01:00), 72.3 (22/11/26 07:00:00)] were greater than the threshold (50.0) (minimum 3 datapoints for OK -> ALARM transition).",
  );
  const data = JSON.parse(high?.StateReasonData ?? "{}") as { recentDatapoints: number[]; threshold: number };
  assert.deepEqual([data.recentDatapoints, data.threshold], [[72.3, 72.3, 72.3], 50]);
});

test("reasons for the other verdicts", () => {
  const rule = {
    comparison: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    missingData: "notBreaching",
  } as const;
  const at = Date.parse("2026-11-22T07:00:00Z");
  assert.equal(
    describeVerdict(rule, { state: "OK", evaluated: [], breaching: 0, filled: 3 }, []),
    "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].",
  );
  assert.equal(
    describeVerdict(rule, { state: "OK", evaluated: [4], breaching: 0, filled: 2 }, [{ at, value: 0.5 }]),
    "Threshold Crossed: 1 out of the last 3 datapoints [0.5 (22/11/26 07:00:00)] was not greater than or equal to the threshold (1.0) and 2 missing datapoints were treated as [NonBreaching] (minimum 2 datapoints for ALARM -> OK transition).",
  );
  assert.equal(
    describeVerdict(
      { ...rule, missingData: "missing" },
      { state: "INSUFFICIENT_DATA", evaluated: [], breaching: 0, filled: 3 },
      [],
    ),
    "Insufficient Data: 3 datapoints were unknown.",
  );
});

test("the history tells configuration, states and actions, and outlives the alarm", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  await service.track();
  service.load = 150;
  service.world.step(186);
  const name = (await service.alarms())[0]?.AlarmName ?? "";
  const policyArn = (await service.alarms())[0]?.AlarmActions?.[0] ?? "";
  const [created] = await service.history("ConfigurationUpdate", name);
  assert.equal(created?.HistorySummary, `Alarm "${name}" created`);
  const [state] = await service.history("StateUpdate", name);
  assert.equal(state?.HistorySummary, "Alarm updated from INSUFFICIENT_DATA to ALARM");
  const data = JSON.parse(state?.HistoryData ?? "{}") as { oldState: object; newState: { stateValue: string } };
  assert.deepEqual(data.oldState, {
    stateValue: "INSUFFICIENT_DATA",
    stateReason: "Unchecked: Initial alarm creation",
  });
  assert.equal(data.newState.stateValue, "ALARM");
  const [action, ...more] = await service.history("Action", name);
  assert.equal(action?.HistorySummary, `Successfully executed action ${policyArn}`);
  assert.deepEqual(more, []);
  await service.cloudwatch.DeleteAlarms?.({ AlarmNames: [name] }, service.call);
  const [deleted] = await service.history("ConfigurationUpdate", name);
  assert.equal(deleted?.HistorySummary, `Alarm "${name}" deleted`);
});

test("a state set by hand lasts until the next evaluation", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  await service.track();
  service.world.step(66);
  const { cloudwatch, call } = service;
  const AlarmName = (await service.alarms())[0]?.AlarmName ?? "";
  await cloudwatch.SetAlarmState?.({ AlarmName, StateValue: "ALARM", StateReason: "testing" }, call);
  const alarming = await cloudwatch.DescribeAlarms?.({ StateValue: "ALARM" }, call);
  assert.deepEqual(
    alarming?.MetricAlarms?.map(({ StateReason }) => StateReason),
    ["testing"],
  );
  service.world.step(60);
  const after = await cloudwatch.DescribeAlarms?.({ AlarmNames: [AlarmName] }, call);
  assert.equal(after?.MetricAlarms?.[0]?.StateValue, "OK");
  await assert.rejects(
    async () => cloudwatch.SetAlarmState?.({ AlarmName: "none", StateValue: "OK", StateReason: "" }, call),
    {
      name: "ResourceNotFound",
    },
  );
});

test("alarms, metrics and activities survive being saved and loaded", async () => {
  const service = new ScaledService();
  service.register(1, 3);
  await service.track();
  service.load = 150;
  service.world.step(130);
  const saved = service.world.store.save();
  const again = new Store();
  again.load(saved);
  assert.equal(again.save(), saved);
  service.world.store.load(saved);
  service.world.step(60);
  assert.equal(service.desired, 3);
});
