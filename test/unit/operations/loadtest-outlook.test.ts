import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlarmView, Snapshot } from "../../../src/core/observe/snapshot.ts";
import { foresee } from "../../../src/core/operations/loadtest-outlook.ts";
import { makeSnapshot } from "../../support/snapshots.ts";

const fast: Partial<AlarmView> = { metric: "cpu", periodSeconds: 20, policy: "fast-cpu" };

/** What is said of so many seconds of load: a warning begins with `!`. */
function told(seconds: number | undefined, change: (snapshot: Snapshot) => void = () => {}, clockRate = 1): string[] {
  const durationMs = seconds === undefined ? undefined : seconds * 1000;
  const events = foresee({ durationMs }, makeSnapshot(change), clockRate);
  return events.map(({ type, message }) => (type === "warning" ? `! ${message}` : message));
}

const minutes = "cpu50 acts on cpu: 3 datapoints of 60 s, about 4 min of load to the first scale-out";

test("metrics of a minute take about four minutes, those of 20 s a minute and a half", () => {
  assert.deepEqual(told(undefined), [minutes]);
  assert.deepEqual(told(240), [minutes]);
  assert.deepEqual(told(239), [minutes, "! 3 min 59 s is too short to see it scale"]);
  const quick = "fast-cpu acts on cpu: 3 datapoints of 20 s, about 1 min 30 s of load to the first scale-out";
  const isFast = ({ alarms }: Snapshot) => Object.assign(alarms[0]!, fast);
  assert.deepEqual(told(90, isFast), [quick]);
  assert.deepEqual(told(60, isFast), [quick, "! 1 min is too short to see it scale"]);
});

test("the load's time counts in the service's: a fast clock sees a short load as a long one", () => {
  assert.deepEqual(told(10, undefined, 30), [minutes]);
  assert.deepEqual(told(5, undefined, 30), [minutes, "! 2 min 30 s is too short to see it scale"]);
});

test("of several policies the quickest counts, and only alarms that act and go upwards", () => {
  const [first] = told(undefined, ({ alarms }) => {
    const [high] = alarms;
    alarms.push({ ...high!, ...fast }, { ...high!, periodSeconds: 10, actionsEnabled: false });
    alarms.push({ ...high!, periodSeconds: 10, comparison: "LessThanThreshold" });
    alarms.push({ ...high!, periodSeconds: 10, policy: "" });
  });
  assert.match(first ?? "", /^fast-cpu .* to the first scale-out; also in force: cpu50 on cpu$/);
  const one = ({ alarms }: Snapshot) => Object.assign(alarms[0]!, { datapointsToAlarm: 1, policy: "step" });
  assert.match(told(undefined, one)[0] ?? "", /^step acts .*: 1 datapoint of 60 s, about 2 min /);
});

test("what keeps it from scaling is a warning: no policy, the maximum, a suspension", () => {
  const without = (snapshot: Snapshot) => (snapshot.alarms.length = 0);
  assert.deepEqual(told(9, without), ["! no policy scales this service out: the number of tasks will not change"]);
  const full = ({ service }: Snapshot) => (service.desired = 3);
  assert.deepEqual(told(999, full)[1], "! the service already has its maximum of 3 tasks (minimum 1)");
  const suspended = ({ scaling }: Snapshot) => scaling.suspended.push("scale-out");
  assert.deepEqual(told(999, suspended)[1], "! scaling out is suspended: policies will not act");
});

test("scheduled actions are told, for they change the number of tasks under any load", () => {
  const text = "scheduled action sale sets the minimum to 3: cron(0 12 * * ? *)";
  const scheduled = ({ scaling }: Snapshot) => scaling.notes.push({ cause: "scheduled-action", text });
  assert.deepEqual(told(999, scheduled), [minutes, text]);
  const alone = told(9, (snapshot) => {
    scheduled(snapshot);
    snapshot.alarms.length = 0;
  });
  assert.match(alone[0] ?? "", /will not change but by schedule$/);
  assert.equal(alone[1], text);
});
