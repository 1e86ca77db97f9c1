import assert from "node:assert/strict";
import { test } from "node:test";
import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import { messages, topics } from "../../../../src/sandbox/world/records/sns.ts";
import { service as sns } from "../../../../src/sandbox/services/sns/service.ts";
import { ScaledService } from "../application-autoscaling/scaled-service.ts";

const topicArn = "arn:aws:sns:us-east-1:123456789012:ops";

/** A world with alarms `cpu` and `disk`, which tests put into states, and a topic. */
async function makeWorld() {
  const service = new ScaledService();
  const { call, cloudwatch: handlers } = service;
  await sns.handlers.CreateTopic?.({ Name: "ops" }, call);
  assert.ok(topics(service.region).has(topicArn));
  for (const AlarmName of ["cpu", "disk"])
    await handlers.PutMetricAlarm?.(
      {
        AlarmName,
        Namespace: "none",
        MetricName: "none",
        Period: 86_400,
        EvaluationPeriods: 1,
        Statistic: "Average",
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "ignore",
      },
      call,
    );
  const set = async (AlarmName: string, StateValue: cloudwatch.StateValue): Promise<void> => {
    await handlers.SetAlarmState?.({ AlarmName, StateValue, StateReason: "test" }, call);
  };
  const put = async (input: Partial<cloudwatch.PutCompositeAlarmInput>) =>
    handlers.PutCompositeAlarm?.(
      { AlarmName: "site", AlarmRule: "ALARM(cpu) AND NOT OK(disk)", AlarmActions: [topicArn], ...input },
      call,
    );
  const read = async (): Promise<cloudwatch.CompositeAlarm> =>
    (await handlers.DescribeAlarms?.({ AlarmTypes: ["CompositeAlarm"] }, call))?.CompositeAlarms?.[0] ?? {};
  const told = () => [...messages(service.region).values()].map(({ subject }) => subject);
  return { service, handlers, call, set, put, read, told };
}

test("a composite alarm follows its children, tells why, and notifies once", async () => {
  const { service, handlers, call, set, put, read, told } = await makeWorld();
  await set("disk", "OK");
  await put({});
  service.world.step(1);
  const arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:site";
  assert.deepEqual(
    [(await read()).StateValue, (await read()).StateReason],
    ["OK", `${arn} was created and its alarm rule evaluates to OK`],
  );
  await set("cpu", "ALARM");
  service.world.step(1);
  assert.equal((await read()).StateValue, "OK");
  await set("disk", "ALARM");
  service.world.step(1);
  const alarm = await read();
  assert.equal(alarm.StateValue, "ALARM");
  assert.equal(
    alarm.StateReason,
    "arn:aws:cloudwatch:us-east-1:123456789012:alarm:disk transitioned to ALARM at Sunday 22 November, 2026 07:00:02 UTC",
  );
  const data = JSON.parse(alarm.StateReasonData ?? "{}") as { triggeringAlarms: { state: { value: string } }[] };
  assert.deepEqual(
    data.triggeringAlarms.map(({ state }) => state.value),
    ["ALARM", "ALARM"],
  );
  service.world.step(60);
  assert.deepEqual(told(), ['ALARM: "site" in us-east-1']);
  const message = JSON.parse([...messages(service.region).values()][0]?.message ?? "{}") as Record<string, unknown>;
  assert.equal(message["AlarmRule"], "ALARM(cpu) AND NOT OK(disk)");
  const history = await handlers.DescribeAlarmHistory?.({ AlarmTypes: ["CompositeAlarm"] }, call);
  assert.deepEqual(
    history?.AlarmHistoryItems?.map(({ HistorySummary, AlarmType }) => `${AlarmType} ${HistorySummary}`),
    [
      `CompositeAlarm Successfully executed action ${topicArn}`,
      "CompositeAlarm Alarm updated from OK to ALARM",
      "CompositeAlarm Alarm updated from INSUFFICIENT_DATA to OK",
      'CompositeAlarm Alarm "site" created',
    ],
  );
});

test("its suppressor holds its actions, and says so", async () => {
  const { service, set, put, read, told } = await makeWorld();
  await put({
    AlarmRule: "ALARM(cpu)",
    ActionsSuppressor: "disk",
    ActionsSuppressorWaitPeriod: 60,
    ActionsSuppressorExtensionPeriod: 120,
  });
  service.world.step(120);
  await set("cpu", "ALARM");
  service.world.step(30);
  assert.equal((await read()).ActionsSuppressedBy, "WaitPeriod");
  await set("disk", "ALARM");
  service.world.step(300);
  assert.deepEqual(
    [(await read()).ActionsSuppressedBy, (await read()).ActionsSuppressedReason],
    ["Alarm", "Actions suppressed by Alarm"],
  );
  assert.deepEqual(told(), []);
  await set("disk", "OK");
  service.world.step(119);
  assert.deepEqual(told(), []);
  service.world.step(10);
  assert.deepEqual(told(), ['ALARM: "site" in us-east-1']);
  assert.equal((await read()).ActionsSuppressedBy, undefined);
});

test("names that do not exist, and alarms that are needed, are refused in CloudWatch's words", async () => {
  const { service, handlers, call, put } = await makeWorld();
  await assert.rejects(put({ AlarmRule: "ALARM(gone) OR OK(cpu)" }), {
    message: "Could not save the composite alarm as alarms [gone] in the alarm rule do not exist",
  });
  await assert.rejects(put({ AlarmRule: "ALARM(cpu" }), { message: /^Error in AlarmRule \[/ });
  await assert.rejects(put({ ActionsSuppressor: "disk" }), { message: /are required when ActionsSuppressor is set/ });
  await assert.rejects(put({ AlarmName: "cpu", AlarmRule: "ALARM(disk)" }), {
    message: /^A metric alarm with the name cpu/,
  });
  await put({});
  service.world.step(1);
  const remove = async (...AlarmNames: string[]) => handlers.DeleteAlarms?.({ AlarmNames }, call);
  await assert.rejects(remove("cpu"), {
    message: "Cannot delete cpu as there are composite alarm(s) depending on it.",
  });
  const children = await handlers.DescribeAlarms?.({ ChildrenOfAlarmName: "site" }, call);
  assert.deepEqual(
    children?.MetricAlarms?.map(({ AlarmName }) => AlarmName),
    ["cpu", "disk"],
  );
  const parents = await handlers.DescribeAlarms?.({ ParentsOfAlarmName: "cpu" }, call);
  assert.deepEqual(
    parents?.CompositeAlarms?.map(({ AlarmName }) => AlarmName),
    ["site"],
  );
  await remove("site");
  await remove("cpu", "disk");
  assert.deepEqual(await handlers.DescribeAlarms?.({}, call), { MetricAlarms: [], CompositeAlarms: [] });
});
