import assert from "node:assert/strict";
import { test } from "node:test";
import { bounds, startWeek, type Week } from "../support/week.ts";

const day = 24 * 60;

/** The counts of one hour of a day (UTC); days and hours from 0. */
const hourOf = ({ desired }: Week, dayOfWeek: number, hour: number): number[] =>
  desired.slice(dayOfWeek * day + hour * 60 - offset, dayOfWeek * day + (hour + 1) * 60 - offset);
/** Minutes of the Monday that go by before the week is played. */
let offset = 0;

const most = (counts: readonly number[]): number => Math.max(...counts);

test("leaping gives the same hours as a pass every second", { timeout: 120_000 }, async () => {
  const weeks = [await startWeek(), await startWeek()] as const;
  await weeks[0].play(150, "leap");
  await weeks[1].play(150, "seconds");
  assert.deepEqual(weeks[0].desired, weeks[1].desired);
  assert.deepEqual(weeks[0].running, weeks[1].running);
  assert.ok(most(weeks[0].desired) > 1, "the nightly batch is part of it");
  for (const { sandbox } of weeks) await sandbox.close();
});

test("a week with five policies: bounds, schedules, batches, peaks and forecasts", { timeout: 120_000 }, async () => {
  const week = await startWeek();
  const begun = week.sandbox.world.clock.date();
  offset = begun.getUTCHours() * 60 + begun.getUTCMinutes();
  await week.play(7 * day - offset);
  assert.ok(week.desired.every((count) => count >= bounds.min && count <= bounds.max));
  for (let dayOfWeek = 0; dayOfWeek < 5; dayOfWeek++) {
    // In Berlin it is eight when it is seven in Greenwich.
    assert.ok(Math.min(...hourOf(week, dayOfWeek, 7)) >= 3, `working hours of day ${dayOfWeek}`);
    assert.ok(most(hourOf(week, dayOfWeek, 12)) >= 8, `the peak of day ${dayOfWeek}`);
    assert.ok(most(hourOf(week, dayOfWeek, 2)) >= 4, `the batch of day ${dayOfWeek}`);
    assert.equal(most(hourOf(week, dayOfWeek, 22)), 1, `the night of day ${dayOfWeek}`);
  }
  assert.ok(most(hourOf(week, 6, 12)) < most(hourOf(week, 4, 12)), "less on Sunday");
  const { ScalingActivities = [] } = await week.sandbox
    .aws()
    .call("application-autoscaling", "DescribeScalingActivities", {
      ServiceNamespace: "ecs",
      MaxResults: 50,
    });
  const causes = ScalingActivities.map(({ Cause = "" }) => Cause);
  assert.ok(causes.some((cause) => cause.startsWith("predictive scaling policy ahead forecast a capacity of")));
  assert.ok(ScalingActivities.every(({ StatusCode }) => StatusCode !== "Failed"));
  await week.sandbox.close();
});
