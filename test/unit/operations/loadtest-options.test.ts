import assert from "node:assert/strict";
import { test } from "node:test";
import { type LoadtestOptions, planLoad } from "../../../src/core/operations/loadtest-options.ts";

const typed: LoadtestOptions = {
  concurrency: 100,
  timeoutSeconds: 3,
  method: "get",
  headers: [],
  targets: [],
  slo: [],
};

test("without an end it runs for eight minutes; with one, as long as that takes", () => {
  assert.equal(planLoad(typed).durationMs, 480_000);
  assert.equal(planLoad({ ...typed, until: "scaled" }).durationMs, undefined);
  assert.equal(planLoad({ ...typed, requests: 10 }).durationMs, undefined);
  assert.equal(planLoad({ ...typed, until: "scaled", durationSeconds: 60 }).durationMs, 60_000);
});

test("method, headers and targets are prepared once", () => {
  const plan = planLoad({
    ...typed,
    paths: ["/page"],
    headers: ["Accept: text/html", "X-Empty:"],
    targets: ["http://127.0.0.1:8080"],
  });
  assert.deepEqual(plan.requestPlan, {
    shape: { method: "GET", headers: ["user-agent", "ecsctl-loadtest", "Accept", "text/html", "X-Empty", ""] },
    paths: [{ path: "/page", weight: 1 }],
    keepAlive: true,
    insecure: false,
  });
  assert.deepEqual(plan.targets, [{ task: "http://127.0.0.1:8080/", url: "http://127.0.0.1:8080/" }]);
  assert.deepEqual(planLoad({ ...typed, headers: ["User-Agent: mine"] }).requestPlan.shape.headers, [
    "User-Agent",
    "mine",
  ]);
});

const faults: [options: Partial<LoadtestOptions>, code: string][] = [
  [{ paths: ["page"] }, "InvalidPath"],
  [{ headers: ["no colon"] }, "InvalidHeader"],
  [{ headers: ["a b: c"] }, "InvalidHeader"],
  [{ targets: ["127.0.0.1:80"] }, "InvalidTarget"],
  [{ targets: ["ftp://127.0.0.1/"] }, "InvalidTarget"],
  [{ slo: ["p99<fast"] }, "InvalidObjective"],
  [{ until: "later" }, "InvalidUntil"],
];

for (const [options, code] of faults)
  test(`${JSON.stringify(options)} is ${code}`, () => {
    assert.throws(() => planLoad({ ...typed, ...options }), { code, exitCode: 2 });
  });
