import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlarmView } from "../../../src/core/observe/snapshot.ts";
import { ServiceCourse } from "../../../src/core/operations/service-course.ts";
import { makeSnapshot } from "../../support/snapshots.ts";

const start = Date.parse("2026-01-01T12:00:00.000Z");
const after = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

test("the alarm that the verdict dates is a policy's; one that only tells is an event all the same", () => {
  const course = new ServiceCourse(start);
  const alarm = (name: string, policy: string, since: number | null): Partial<AlarmView> => ({
    name,
    policy,
    state: since === null ? "OK" : "ALARM",
    since: since === null ? null : after(since),
  });
  const see = (at: number, ...alarms: Partial<AlarmView>[]) =>
    course.see(
      makeSnapshot((one) => {
        one.at = after(at);
        one.alarms = alarms.map((given) => ({ ...one.alarms[0]!, ...given }));
      }),
    );
  see(0, alarm("busy", "", null), alarm("high", "cpu50", null));
  see(60, alarm("busy", "", 55), alarm("high", "cpu50", null));
  assert.equal(course.alarmAfterSeconds, null);
  see(200, alarm("busy", "", 55), alarm("high", "cpu50", 190));
  assert.equal(course.alarmAfterSeconds, 190);
  assert.deepEqual(
    course.noted().map(({ seconds, text }) => [seconds, text]),
    [
      [55, "busy is on"],
      [190, "high is on"],
    ],
  );
});
