import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ServerClock } from "../../../src/core/aws/server-clock.ts";

const start = Date.UTC(2026, 0, 1);
let local: number;
let clock: ServerClock;

beforeEach(() => {
  local = 1000;
  clock = new ServerClock(() => local);
  clock.observe(start);
});

/** So many local ms later an answer says that so many server ms have passed since the start. */
function observe(localMs: number, serverMs: number): void {
  local = 1000 + localMs;
  clock.observe(start + serverMs);
}

test("a clock that runs faster is found out", () => {
  observe(500, 20_000);
  assert.equal(clock.rate, 40);
  local += 100;
  assert.equal(clock.now(), start + 24_000);
  assert.equal(clock.toLocalMs(5000), 125);
});

test("the grain of the header and a slow network are no other speed", () => {
  observe(4000, 6000);
  assert.equal(clock.rate, 1);
});

test("answers that overtake each other do not make it forget", () => {
  observe(500, 20_000);
  observe(510, 14_000);
  assert.equal(clock.rate, 40);
  assert.equal(clock.now(), start + 20_400);
});

test("a server that went far back is another server", () => {
  observe(500, 20_000);
  observe(600, -86_400_000);
  assert.equal(clock.rate, 1);
  assert.equal(clock.now(), start - 86_400_000);
});
