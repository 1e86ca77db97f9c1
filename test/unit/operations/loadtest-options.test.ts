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

test("a rate or stages make an open loop, which ends with its stages", () => {
  const stages = ["30s:100", "2m:500"];
  const staged = planLoad({ ...typed, stages, rampSeconds: 10, warmupSeconds: 5, maxRps: 400 });
  assert.equal(staged.durationMs, 150_000);
  assert.equal(staged.warmupMs, 5000);
  assert.deepEqual(staged.attack.loop, {
    kind: "open",
    stages: [
      { seconds: 5, rate: 100 },
      { seconds: 30, rate: 100 },
      { seconds: 120, rate: 500 },
    ],
    maxInFlight: 1000,
  });
  assert.equal(
    staged.description,
    "100 requests a second for 30 s, then 400 requests a second for 2 min, on schedule whatever the answers: GET /",
  );
  assert.equal(planLoad({ ...typed, rate: 2000 }).durationMs, 480_000);
  assert.equal(planLoad({ ...typed, rate: 2000, durationSeconds: 60 }).durationMs, 60_000);
});

test("paths have weights of the smallest proportion; a query keeps its =", () => {
  const { requestPlan } = planLoad({ ...typed, paths: ["/a=30", "/b?x=1", "/c?y=2 =20"] });
  assert.deepEqual(requestPlan.paths, [
    { path: "/a", weight: 30 },
    { path: "/b?x=1", weight: 1 },
    { path: "/c?y=2", weight: 20 },
  ]);
  assert.deepEqual(planLoad({ ...typed, paths: ["/a=6", "/b=4"] }).requestPlan.paths, [
    { path: "/a", weight: 3 },
    { path: "/b", weight: 2 },
  ]);
});

test("a body makes it a POST, of JSON when it is some; a user gets an authorization", () => {
  const shapeOf = (options: Partial<LoadtestOptions>) =>
    planLoad({ ...typed, method: undefined, ...options }).requestPlan.shape;
  const { method, headers } = shapeOf({ body: '{"a": 1}', user: "ann", password: "secret: 1" });
  assert.equal(method, "POST");
  assert.deepEqual(headers.slice(2), [
    "authorization",
    `Basic ${btoa("ann:secret: 1")}`,
    "content-type",
    "application/json",
  ]);
  assert.equal(shapeOf({}).method, "GET");
  assert.ok(!shapeOf({ body: "plain words" }).headers.includes("content-type"));
  assert.equal(shapeOf({ body: "x", method: "put" }).method, "PUT");
});

const faults: [options: Partial<LoadtestOptions>, code: string][] = [
  [{ paths: ["page"] }, "InvalidPath"],
  [{ headers: ["no colon"] }, "InvalidHeader"],
  [{ headers: ["a b: c"] }, "InvalidHeader"],
  [{ targets: ["127.0.0.1:80"] }, "InvalidTarget"],
  [{ targets: ["ftp://127.0.0.1/"] }, "InvalidTarget"],
  [{ slo: ["p99<fast"] }, "InvalidObjective"],
  [{ until: "later" }, "InvalidUntil"],
  [{ rate: 100, stages: ["1m:5"] }, "RateAndStages"],
  [{ stages: ["100:1m"] }, "InvalidStage"],
  [{ stages: ["0s:5"] }, "InvalidStage"],
  [{ stages: ["1m:9000000"] }, "InvalidRate"],
  [{ paths: ["/a=0"] }, "InvalidPath"],
  [{ paths: ["/a b"] }, "InvalidPath"],
  [{ headers: ["Connection: close"] }, "InvalidHeader"],
  [{ headers: ["X: a\r\nY: b"] }, "InvalidHeader"],
  [{ method: "GE T" }, "InvalidMethod"],
  [{ targets: ["http://ann:secret@127.0.0.1/"] }, "InvalidTarget"],
];

for (const [options, code] of faults)
  test(`${JSON.stringify(options)} is ${code}`, () => {
    assert.throws(() => planLoad({ ...typed, ...options }), { code, exitCode: 2 });
  });
