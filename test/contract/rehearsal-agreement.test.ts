import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { parseLoad } from "../../src/core/rehearsal/load-expression.ts";
import type { Model } from "../../src/core/rehearsal/model.ts";
import type { RehearsedPolicy } from "../../src/core/rehearsal/policy.ts";
import { rehearsePolicy } from "../../src/core/rehearsal/rehearse-policy.ts";
import { parsePolicies } from "../../src/core/rehearsal/short-policy.ts";
import { type CountChange, simulate } from "../../src/core/rehearsal/simulate.ts";
import { type Loaded, play, putPolicy, ScriptedLoad, taskSize } from "../support/agreement.ts";
import { addCapacity } from "../support/capacity.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

interface Scenario {
  name: string;
  load: string;
  policy: string;
  tasks?: number;
  memory?: Loaded["memory"];
  /** Desired counts that must be among the plateaus: the scenario shows what it is for. */
  reaches: number[];
}

const cluster = "shop";
const minutes = 75;

/** Loads are in percent of one task; every scenario is a service of the same world, at the same time. */
const scenarios: Scenario[] = [
  {
    name: "up-and-down",
    load: "step 40% 5m; step 220% 20m; step 40% 50m",
    policy: "cpu 50 cooldown 60s; 1..10",
    reaches: [5, 1],
  },
  {
    name: "ramp",
    load: "ramp 20%..600% over 30m; hold 45m",
    policy: "cpu 60 cooldown 60s; 1..20",
    reaches: [3, 5, 7, 9, 11],
  },
  {
    name: "spike",
    load: "step 40% 10m; spike 900% 4m; hold 61m",
    policy: "cpu 50 cooldown 60s; 1..20",
    reaches: [20, 1],
  },
  {
    name: "long-cooldown",
    load: "step 120% 8m; step 420% 67m",
    policy: "cpu 50 out 10m in 10m; 1..20",
    reaches: [3, 9],
  },
  {
    name: "at-the-maximum",
    load: "step 900% 40m; step 90% 35m",
    policy: "cpu 50 cooldown 60s; 1..4",
    tasks: 2,
    reaches: [4],
  },
  {
    name: "never-in",
    load: "step 230% 15m; step 10% 60m",
    policy: "cpu 50 cooldown 60s no-scale-in; 1..10",
    reaches: [6],
  },
  {
    name: "steps",
    load: "step 85% 10m; step 600% 15m; step 30% 50m",
    policy: "step cpu 80:+1 95:+3 20:-1 cooldown 180s; 1..12",
    reaches: [2, 5, 8, 1],
  },
  {
    name: "percent-steps",
    load: "step 700% 30m; step 60% 45m",
    policy: "step cpu 75:+50% 30:-25% cooldown 120s; 2..20",
    tasks: 4,
    reaches: [9, 2],
  },
  {
    name: "two-policies",
    load: "step 60% 6m; step 260% 24m; step 30% 45m",
    policy: "cpu 90 cooldown 60s; memory 50 cooldown 60s; 1..12",
    memory: { idle: 30, full: 90 },
    reaches: [2, 8, 3],
  },
  {
    name: "tracking-and-steps",
    load: "step 60% 6m; step 500% 24m; step 30% 45m",
    policy: "cpu 60 in 60s out 300s; step cpu 90:+4 cooldown 60s; 1..15",
    reaches: [9],
  },
  {
    name: "scheduled",
    load: "step 100% 75m",
    policy: "cpu 50 cooldown 60s; schedule cron(20 8 * * ? *) min 6; schedule cron(45 8 * * ? *) min 1; 1..10",
    tasks: 2,
    reaches: [6],
  },
  {
    name: "no-data",
    load: "step 70% 10m; step 150% 65m",
    policy:
      "cpu 50 cooldown 60s; schedule cron(20 8 * * ? *) min 0 max 0; schedule cron(40 8 * * ? *) min 1 max 8; 1..8",
    reaches: [0, 3],
  },
  {
    name: "waves",
    load: "sine 40%..400% period 30m for 75m",
    policy: "cpu 60 out 60s in 120s; 1..12",
    reaches: [4, 7],
  },
];

const policiesOf = (scenario: Scenario): { policies: RehearsedPolicy[]; bounds: { min: number; max: number } } => {
  const { policies, bounds = { min: 1, max: 10 } } = parsePolicies(scenario.policy);
  return { policies: policies.flatMap((policy) => rehearsePolicy(policy).policies).map(withOwnName), bounds };
};

/** Two sides of a step policy are two policies there. */
const withOwnName = (policy: RehearsedPolicy, index: number): RehearsedPolicy => ({
  ...policy,
  name: `${policy.name}-${index}`,
});

const modelOf = (scenario: Scenario): Model => ({
  capacityPerTask: 100,
  // Accepted after 1 s, pulled within 2 to 5 s, activated after 1 s.
  taskStart: 7,
  taskStop: 5,
  ceiling: Number.POSITIVE_INFINITY,
  memory: scenario.memory ?? { idle: 0, full: 0 },
  metricDelay: 5,
  tasks: scenario.tasks ?? 1,
});

/** The count at every second. */
function unroll(changes: readonly CountChange[], first: number, seconds: number): number[] {
  const counts: number[] = [];
  let [next, count] = [0, first];
  for (let second = 0; second < seconds; second++) {
    for (; (changes[next]?.seconds ?? Infinity) <= second; next++) count = changes[next]?.to ?? count;
    counts.push(count);
  }
  return counts;
}

const evaluationSeconds = 60;

/** Counts that are held for longer than an evaluation period, in order. */
function plateausOf(counts: readonly number[]): number[] {
  const plateaus: number[] = [];
  let length = 0;
  for (const [second, count] of counts.entries()) {
    length = count === counts[second - 1] ? length + 1 : 1;
    if (length === evaluationSeconds + 10 && plateaus.at(-1) !== count) plateaus.push(count);
  }
  return plateaus;
}

/** Seconds in which one's count is none that the other has within an evaluation period before or after. */
function strayed(one: readonly number[], other: readonly number[]): number[] {
  return one.flatMap((count, second) => {
    const near = other.slice(Math.max(0, second - evaluationSeconds), second + evaluationSeconds + 1);
    return near.includes(count) ? [] : [second];
  });
}

const tell = (changes: readonly CountChange[]): string =>
  changes.map(({ seconds, to }) => `${seconds}s→${to}`).join(" ");

describe("the simulator and the sandbox under the same policies and load", () => {
  const runtime = new ScriptedLoad();
  let sandbox: TestSandbox;
  let startsAt = 0;
  let seen = new Map<string, CountChange[]>();
  const loaded = scenarios.map(({ name, load, memory }): Loaded => ({
    name,
    cluster,
    rates: parseLoad(load).rates,
    ...(memory ? { memory } : {}),
  }));

  before(async () => {
    sandbox = await startSandbox({ runtime });
    const aws = sandbox.aws();
    sandbox.world.clock.set(Date.parse("2026-11-23T07:30:00Z"));
    await aws.call("ecs", "CreateCluster", { clusterName: cluster });
    await addCapacity(sandbox, cluster, { instanceType: "m5.xlarge", size: 5 });
    await startServices(sandbox);
    const start = Date.parse("2026-11-23T08:00:00Z");
    await sandbox.advance((start - sandbox.world.clock.now()) / 1000 - 1);
    runtime.begun = true;
    await sandbox.advance(1);
    startsAt = sandbox.world.clock.now();
    for (const [index, scenario] of scenarios.entries()) await putPolicies(sandbox, scenario, loaded[index]);
    seen = await play(sandbox, runtime, loaded, minutes * 60);
  });
  after(() => sandbox.close());

  for (const [index, scenario] of scenarios.entries())
    it(`agree within one evaluation period, and in every plateau: ${scenario.name}`, () => {
      const { bounds, policies } = policiesOf(scenario);
      const load = parseLoad(scenario.load);
      const model = modelOf(scenario);
      const rehearsed = simulate(load, { label: "", bounds, policies }, model, { startsAt }).changes;
      const acted = seen.get(scenario.name) ?? [];
      const both = `simulator ${tell(rehearsed)}\nsandbox   ${tell(acted)}`;
      const [one, other] = [rehearsed, acted].map((changes) => unroll(changes, model.tasks, minutes * 60));
      assert.ok(one && other && loaded[index]);
      assert.deepEqual(plateausOf(one), plateausOf(other), both);
      assert.deepEqual(strayed(one, other), [], both);
      assert.deepEqual(strayed(other, one), [], both);
      for (const count of scenario.reaches) assert.ok(plateausOf(other).includes(count), `never at ${count}\n${both}`);
    });
});

async function startServices(sandbox: TestSandbox): Promise<void> {
  const aws = sandbox.aws();
  const size = { cpu: `${taskSize.cpu}`, memory: `${taskSize.memory}` };
  await aws.call("ecs", "RegisterTaskDefinition", {
    family: "loaded",
    networkMode: "bridge",
    ...size,
    containerDefinitions: [
      { name: "web", image: "127.0.0.1:4566/web:latest", portMappings: [{ containerPort: 80, hostPort: 0 }] },
    ],
  });
  for (const { name, tasks = 1 } of scenarios)
    await aws.call("ecs", "CreateService", {
      cluster,
      serviceName: name,
      taskDefinition: "loaded",
      desiredCount: tasks,
      launchType: "EC2",
    });
}

async function putPolicies(sandbox: TestSandbox, scenario: Scenario, loaded: Loaded | undefined): Promise<void> {
  const { bounds, policies } = policiesOf(scenario);
  assert.ok(loaded);
  await sandbox.aws().call("application-autoscaling", "RegisterScalableTarget", {
    ServiceNamespace: "ecs",
    ResourceId: `service/${cluster}/${scenario.name}`,
    ScalableDimension: "ecs:service:DesiredCount",
    MinCapacity: bounds.min,
    MaxCapacity: bounds.max,
  });
  for (const policy of policies) await putPolicy(sandbox, loaded, policy);
}
