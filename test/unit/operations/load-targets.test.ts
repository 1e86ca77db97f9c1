import assert from "node:assert/strict";
import { test } from "node:test";
import type { Spread } from "../../../src/core/operations/loadtest-options.ts";
import { targetsOf } from "../../../src/core/operations/load-targets.ts";
import type { Snapshot } from "../../../src/core/observe/snapshot.ts";
import { makeSnapshot } from "../../support/snapshots.ts";

const balancer = { name: "web", url: "http://web.elb/", dnsName: "web.elb", port: 80, state: "active" } as const;

function urlsOf(spread: Spread | undefined, change: (snapshot: Snapshot) => void = () => {}): string[] {
  const snapshot = makeSnapshot((one) => {
    one.tasks.push({ ...one.tasks[0]!, id: "second", url: "http://203.0.113.8:32768/" });
    one.tasks.push({ ...one.tasks[0]!, id: "leaving", desiredStatus: "STOPPED", url: "http://203.0.113.9/" });
    one.tasks.push({ ...one.tasks[0]!, id: "starting", lastStatus: "PENDING", url: "http://203.0.113.10/" });
    one.tasks.push({ ...one.tasks[0]!, id: "hidden", url: null });
    change(one);
  });
  return targetsOf(snapshot, spread).map(({ url }) => url);
}

test("without a load balancer the load goes to tasks that run and stay, or to the first of them", () => {
  const both = ["http://203.0.113.7:32768/", "http://203.0.113.8:32768/"];
  assert.deepEqual(urlsOf(undefined), both);
  assert.deepEqual(urlsOf("even"), both);
  assert.deepEqual(urlsOf("first"), both.slice(0, 1));
  assert.throws(() => urlsOf("lb"), { code: "NoLoadBalancer", exitCode: 2, hint: /--spread even/ });
});

test("with one it goes there, unless tasks were asked for", () => {
  const balanced = (snapshot: Snapshot) => (snapshot.balancer = { ...balancer, healthy: 2, targets: 2 });
  assert.deepEqual(urlsOf(undefined, balanced), ["http://web.elb/"]);
  assert.deepEqual(urlsOf("lb", balanced), ["http://web.elb/"]);
  assert.equal(urlsOf("even", balanced).length, 2);
  assert.equal(urlsOf("first", balanced).length, 1);
});

test("a load balancer whose targets are all unhealthy keeps the load: its visitors do, too", () => {
  const sick = (snapshot: Snapshot) => (snapshot.balancer = { ...balancer, healthy: 0, targets: 2 });
  assert.deepEqual(urlsOf(undefined, sick), ["http://web.elb/"]);
});
