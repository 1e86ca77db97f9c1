import assert from "node:assert/strict";
import { test } from "node:test";
import { mayStillRun } from "../../../src/core/observe/why-service.ts";

const now = Date.parse("2026-11-22T17:14:00Z");
const action = (Schedule: string, change: { Timezone?: string; EndTime?: Date } = {}) => ({
  ScheduledActionName: "one",
  ScheduledActionARN: "",
  ServiceNamespace: "ecs" as const,
  ResourceId: "service/c/s",
  CreationTime: new Date(0),
  Schedule,
  ...change,
});

test("what has run for the last time is no note any more: AWS keeps it, and it will not run", () => {
  assert.equal(mayStillRun(action("at(2026-11-22T17:13:48)"), now), false);
  assert.equal(mayStillRun(action("at(2026-11-22T17:14:01)"), now), true);
  assert.equal(mayStillRun(action("at(2026-11-22T12:30:00)", { Timezone: "America/New_York" }), now), true);
  assert.equal(mayStillRun(action("at(2026-11-21T12:30:00)", { Timezone: "America/New_York" }), now), false);
  assert.equal(mayStillRun(action("cron(0 8 * * ? *)"), now), true);
  assert.equal(mayStillRun(action("rate(1 hour)", { EndTime: new Date(now - 1) }), now), false);
  assert.equal(mayStillRun(action("rate(1 hour)", { EndTime: new Date(now + 1) }), now), true);
});
