import assert from "node:assert/strict";
import { after, before, describe, it, test } from "node:test";
import { parseLoad } from "../../src/core/rehearsal/load-expression.ts";
import type { GroupModel, Model } from "../../src/core/rehearsal/model.ts";
import type { RehearsedPolicy } from "../../src/core/rehearsal/policy.ts";
import { rehearsePolicy } from "../../src/core/rehearsal/rehearse-policy.ts";
import { parsePolicies } from "../../src/core/rehearsal/short-policy.ts";
import { type CountChange, simulate } from "../../src/core/rehearsal/simulate.ts";
import {
  groupName,
  type Loaded,
  play,
  putPolicy,
  ScriptedLoad,
  type Seen,
  type TaskSize,
} from "../support/agreement.ts";
import { toMonitoring } from "../../src/core/resources/service-monitoring.ts";
import { addCapacity } from "../support/capacity.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

interface Scenario {
  name: string;
  load: string;
  policy: string;
  tasks?: number;
  memory?: Loaded["memory"];
  /** On at most so many instances that a capacity provider brings, two tasks each. */
  elastic?: number;
  /** Desired counts that must be among the plateaus: the scenario shows what it is for. */
  reaches: number[];
}

const clusterOf = ({ elastic, name }: Scenario): string => (elastic ? name : "shop");
const sizeOf = ({ elastic }: Scenario): TaskSize => (elastic ? { cpu: 1024, memory: 512 } : { cpu: 128, memory: 128 });
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
  {
    name: "fast-metrics",
    load: "step 30% 10m; step 260% 30m; step 40% 35m",
    policy: "cpu 50 cooldown 60s fast; 1..10",
    reaches: [6, 1],
  },
  {
    name: "elastic",
    load: "step 40% 5m; step 280% 25m; step 40% 45m",
    policy: "cpu 50 cooldown 60s; 1..12",
    elastic: 3,
    reaches: [12, 1],
  },
  {
    name: "elastic-in-steps",
    load: "step 40% 5m; step 140% 8m; step 520% 17m; drop to 40% for 45m",
    policy: "cpu 50 cooldown 60s; step cpu 20:-3 cooldown 60s; 1..14",
    elastic: 7,
    reaches: [6, 11, 14, 1],
  },
  {
    name: "everything-at-once",
    load: "step 60% 6m; step 500% 14m; drop for 20m; step 200% 20m; drop to 30% for 15m",
    policy:
      "cpu 60 in 60s out 120s; step cpu 90:+4 cooldown 60s; schedule cron(10 8 * * ? *) min 4; schedule cron(30 8 * * ? *) min 2; 1..15",
    reaches: [10, 2, 6, 4],
  },
  {
    name: "in-by-steps-only",
    load: "step 40% 5m; step 310% 20m; drop for 25m; step 110% 25m",
    policy: "cpu 50 cooldown 60s no-scale-in; step cpu 20:-2 cooldown 90s periods 3; 1..10",
    reaches: [8, 6, 4, 2, 1, 3],
  },
  {
    name: "fast-steps",
    load: "step 40% 5m; step 300% 25m; step 30% 45m",
    policy: "step cpu 75:+1 150:+3 25:-1 cooldown 40s period 20s; 1..10",
    reaches: [5, 1],
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
  // 20 s until EC2 calls it running, 20 s until its agent has registered.
  group: scenario.elastic === undefined ? undefined : groupOf(scenario.elastic),
});

const groupOf = (max: number): GroupModel => ({
  min: 1,
  max,
  tasksPerInstance: 2,
  cpuShares: 2,
  boot: 41,
  warmUp: 60,
  targetCapacity: 100,
  managed: true,
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

/** Asserts that two courses are the same but for an evaluation period. */
function assertAgree(
  rehearsed: readonly CountChange[],
  acted: readonly CountChange[],
  first: number,
  seconds = minutes * 60,
): number[] {
  const both = `simulator ${tell(rehearsed)}\nsandbox   ${tell(acted)}`;
  const [one = [], other = []] = [rehearsed, acted].map((changes) => unroll(changes, first, seconds));
  assert.deepEqual(plateausOf(one), plateausOf(other), both);
  assert.deepEqual(strayed(one, other), [], both);
  assert.deepEqual(strayed(other, one), [], both);
  return plateausOf(other);
}

describe("the simulator and the sandbox under the same policies and load", () => {
  const runtime = new ScriptedLoad();
  let sandbox: TestSandbox;
  let startsAt = 0;
  let seen: Seen = new Map();

  before(async () => {
    sandbox = await startSandbox({ runtime });
    sandbox.world.clock.set(Date.parse("2026-11-23T07:30:00Z"));
    await startClusters(sandbox);
    for (const scenario of scenarios) await startService(sandbox, scenario);
    startsAt = Date.parse("2026-11-23T08:00:00Z");
    await begin(sandbox, runtime, startsAt, scenarios);
    seen = await play(sandbox, runtime, scenarios.map(loadedOf), { seconds: minutes * 60 });
  });
  after(() => sandbox.close());

  for (const scenario of scenarios)
    it(`agree within one evaluation period, and in every plateau: ${scenario.name}`, () => {
      const set = { label: "", ...policiesOf(scenario) };
      const model = modelOf(scenario);
      const run = simulate(parseLoad(scenario.load), set, model, { startsAt, points: minutes * 60 });
      const plateaus = assertAgree(run.changes, seen.get(scenario.name) ?? [], model.tasks);
      for (const count of scenario.reaches)
        assert.ok(plateaus.includes(count), `never at ${count}: ${plateaus.join(" ")}`);
      if (!scenario.elastic) return;
      const instances = changesOf(run.timeline.map((point) => point.instances));
      const group = assertAgree(instances, seen.get(groupName(scenario.name)) ?? [], 1);
      assert.ok(group.includes(scenario.elastic), `${group.join(" ")} instances`);
    });
});

test("they agree over days too, when forecasts scale ahead", async (t) => {
  const runtime = new ScriptedLoad();
  const sandbox = await startSandbox({ runtime });
  t.after(() => sandbox.close());
  const scenario: Scenario = {
    name: "foreseen",
    load: "repeat 3 (step 45% 8h; step 450% 8h; step 45% 8h)",
    policy: "cpu 60 cooldown 60s; predict cpu 50; 1..9",
    reaches: [9],
  };
  const start = Date.parse("2026-11-23T00:00:00Z");
  sandbox.world.clock.set(start - 1_800_000);
  await sandbox.aws().call("ecs", "CreateCluster", { clusterName: "shop" });
  await addCapacity(sandbox, "shop", { instanceType: "m5.xlarge" });
  await startService(sandbox, scenario);
  await begin(sandbox, runtime, start, [scenario]);
  const loaded = loadedOf(scenario);
  const seconds = loaded.rates.length;
  const seen = await play(sandbox, runtime, [loaded], { seconds, stride: 20 });
  const set = { label: "", ...policiesOf(scenario) };
  const run = simulate(parseLoad(scenario.load), set, modelOf(scenario), { startsAt: start });
  const plateaus = assertAgree(run.changes, seen.get(scenario.name) ?? [], 1, seconds);
  assert.ok(plateaus.includes(9));
  assert.equal(run.changes.filter(({ policy }) => policy.startsWith("predict")).length, 2);
});

const changesOf = (counts: readonly number[]): CountChange[] =>
  counts.flatMap((to, seconds) => {
    const from = counts[seconds - 1] ?? to;
    return from === to ? [] : [{ seconds, from, to, policy: "" }];
  });

const loadedOf = (scenario: Scenario): Loaded => ({
  name: scenario.name,
  cluster: clusterOf(scenario),
  rates: parseLoad(scenario.load).rates,
  size: sizeOf(scenario),
  memory: scenario.memory,
});

/** One with room for everything, and those whose capacity provider brings instances when tasks wait. */
async function startClusters(sandbox: TestSandbox): Promise<void> {
  const aws = sandbox.aws();
  await aws.call("ecs", "CreateCluster", { clusterName: "shop" });
  await addCapacity(sandbox, "shop", { instanceType: "m5.xlarge", size: 5 });
  for (const { name, elastic } of scenarios) if (elastic) await startElastic(sandbox, name, elastic);
  await sandbox.advance(10);
}

async function startElastic(sandbox: TestSandbox, name: string, most: number): Promise<void> {
  const aws = sandbox.aws();
  await aws.call("ecs", "CreateCluster", { clusterName: name });
  await addCapacity(sandbox, name, { most });
  const { AutoScalingGroups = [] } = await aws.call("autoscaling", "DescribeAutoScalingGroups", {
    AutoScalingGroupNames: [name],
  });
  await aws.call("ecs", "CreateCapacityProvider", {
    name,
    autoScalingGroupProvider: {
      autoScalingGroupArn: AutoScalingGroups[0]?.AutoScalingGroupARN,
      managedScaling: { status: "ENABLED", targetCapacity: 100, instanceWarmupPeriod: 60 },
      managedTerminationProtection: "ENABLED",
    },
  });
  await aws.call("ecs", "PutClusterCapacityProviders", {
    cluster: name,
    capacityProviders: [name],
    defaultCapacityProviderStrategy: [{ capacityProvider: name, weight: 1 }],
  });
}

/** Lets everything start, begins to measure at that moment, and puts the policies in force. */
async function begin(sandbox: TestSandbox, runtime: ScriptedLoad, at: number, all: readonly Scenario[]): Promise<void> {
  await sandbox.advance((at - sandbox.world.clock.now()) / 1000 - 1);
  runtime.begun = true;
  await sandbox.advance(1);
  for (const scenario of all) await putPolicies(sandbox, scenario);
}

async function startService(sandbox: TestSandbox, scenario: Scenario): Promise<void> {
  const { cpu, memory } = sizeOf(scenario);
  const family = `${scenario.name}-task`;
  const aws = sandbox.aws();
  await aws.call("ecs", "RegisterTaskDefinition", {
    family,
    networkMode: "bridge",
    cpu: `${cpu}`,
    memory: `${memory}`,
    containerDefinitions: [
      { name: "web", image: "127.0.0.1:4566/web:latest", portMappings: [{ containerPort: 80, hostPort: 0 }] },
    ],
  });
  await aws.call("ecs", "CreateService", {
    cluster: clusterOf(scenario),
    serviceName: scenario.name,
    taskDefinition: family,
    desiredCount: scenario.tasks ?? 1,
    ...(scenario.elastic ? {} : { launchType: "EC2" }),
    ...(/fast|period 20s/.test(scenario.policy) ? { monitoring: toMonitoring(["CPUUtilization"]) } : {}),
  });
}

async function putPolicies(sandbox: TestSandbox, scenario: Scenario): Promise<void> {
  const { bounds, policies } = policiesOf(scenario);
  await sandbox.aws().call("application-autoscaling", "RegisterScalableTarget", {
    ServiceNamespace: "ecs",
    ResourceId: `service/${clusterOf(scenario)}/${scenario.name}`,
    ScalableDimension: "ecs:service:DesiredCount",
    MinCapacity: bounds.min,
    MaxCapacity: bounds.max,
  });
  for (const policy of policies) await putPolicy(sandbox, loadedOf(scenario), policy);
}
