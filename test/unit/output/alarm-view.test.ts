import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { AlarmState } from "../../../src/core/operations/describe-alarms.ts";
import { formatAlarms } from "../../../src/core/output/alarm-view.ts";

const alarm = (over: Partial<AlarmState>): AlarmState => ({
  name: "busy",
  arn: "arn:aws:cloudwatch:us-east-1:1:alarm:busy",
  state: "OK",
  watches: "AWS/ECS CPUUtilization Average > 80 for 1 × 60 s",
  reason: "because",
  since: null,
  actions: [],
  inFile: true,
  ...over,
});

test("one's own alarms come first, those of policies behind them under the policy's name", () => {
  const long = "TargetTracking-service/shop-cluster/shop-service-AlarmHigh-34b43dc6-a862-6695-17ff-c0609441cd6a";
  const arn = "arn:aws:autoscaling:us-east-1:1:scalingPolicy:9:resource/ecs/service/c/s:policyName/cpu";
  const text = formatAlarms({
    alarms: [alarm({ name: long, actions: [arn], inFile: false }), alarm({ name: "other", inFile: false }), alarm({})],
    missing: [],
  });
  assert.deepEqual(stripVTControlCharacters(text).split("\n"), [
    "OK  other  AWS/ECS CPUUtilization Average > 80 for 1 × 60 s  not in ecsctl.yaml",
    "    because",
    "OK  busy   AWS/ECS CPUUtilization Average > 80 for 1 × 60 s",
    "    because",
    "",
    "Of scaling policies:",
    `OK  cpu  AWS/ECS CPUUtilization Average > 80 for 1 × 60 s  ${long}`,
    "    because",
  ]);
});
