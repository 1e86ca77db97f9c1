import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { stringify } from "yaml";
import { loadConfig } from "../../src/core/config/load.ts";
import type { Project } from "../../src/core/config/project.ts";
import { policySchema } from "../../src/core/config/scaling-schema.ts";
import { EcsctlError } from "../../src/core/errors.ts";
import { addScalingPolicy } from "../../src/core/operations/add-scaling-policy.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { listScalingPolicies } from "../../src/core/operations/list-scaling-policies.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { removeScalingPolicy } from "../../src/core/operations/remove-scaling-policy.ts";
import { setDesiredCount } from "../../src/core/operations/set-desired-count.ts";
import { setScalingRange } from "../../src/core/operations/set-scaling-range.ts";
import { suspendScaling } from "../../src/core/operations/suspend-scaling.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";

const app = "hand";
const resource = { ServiceNamespace: "ecs", ResourceId: `service/${app}-cluster/${app}-service` } as const;

let world: DeployWorld;
let file: string;
const load = (): Project => loadConfig({ cwd: world.dir, file, env: {} });

before(async () => {
  world = await DeployWorld.open(200);
  const project = world.project(app);
  file = project.file;
  writeFileSync(file, `# kept\n${stringify(project.config)}`);
  await world.push(app);
  await deploy(world.context(), load(), {});
});
after(() => world.close());

const readTarget = async () => {
  const answer = await world.sandbox.aws().call("application-autoscaling", "DescribeScalableTargets", {
    ServiceNamespace: "ecs",
    ResourceIds: [resource.ResourceId],
  });
  const [target] = answer.ScalableTargets ?? [];
  return target && { min: target.MinCapacity, max: target.MaxCapacity, state: target.SuspendedState };
};
const readActions = async () => {
  const answer = await world.sandbox.aws().call("application-autoscaling", "DescribeScheduledActions", resource);
  return answer.ScheduledActions ?? [];
};
const readDesired = async () => {
  const answer = await world.sandbox.aws().call("ecs", "DescribeServices", {
    cluster: `${app}-cluster`,
    services: [`${app}-service`],
  });
  return answer.services?.[0]?.desiredCount;
};
/** Looks until it is so; a minute is hours of this world. */
async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 1200; look++) {
    if (await holds()) return;
    await setTimeout(50);
  }
  assert.fail(`never: ${holds.toString()}`);
}
const refusal = (code: string) => (error: unknown) =>
  error instanceof EcsctlError && error.code === code && error.exitCode === 2;

describe("scaling by hand", () => {
  it("without scaling: sets the desired count; what needs a scalable target says so", async () => {
    const set = await setDesiredCount(world.context(), load(), { count: 2 });
    assert.deepEqual(set, { desired: { from: 1, to: 2 }, target: null, until: null, putsBack: null, warnings: [] });
    assert.equal(await readDesired(), 2);
    await assert.rejects(
      setDesiredCount(world.context(), load(), { count: 2, forSeconds: 60 }),
      refusal("NoScalableTarget"),
    );
    await assert.rejects(suspendScaling(world.context(), load(), { suspend: true }), refusal("NoScalableTarget"));
  });

  it("range: in AWS and in the file, with the comments kept; upside down refused", async () => {
    await assert.rejects(setScalingRange(world.context(), load(), { min: 3, max: 1 }), refusal("MinAboveMax"));
    const first = await setScalingRange(world.context(), load(), { min: 1, max: 3 });
    assert.deepEqual(first, { target: { min: 1, max: 3 }, was: null, endedHold: false, warnings: [] });
    assert.deepEqual([(await readTarget())?.min, (await readTarget())?.max], [1, 3]);
    assert.deepEqual(load().config.scaling, { min: 1, max: 3, policies: [] });
    assert.match(readFileSync(file, "utf8"), /^# kept$/m);
    const wide = await setScalingRange(world.context(), load(), { min: 1, max: 20 });
    assert.match(wide.warnings.join(), /scaling\.max 20 can never be reached: .* at most 9 tasks/);
    await setScalingRange(world.context(), load(), { min: 1, max: 3 });
    await assert.rejects(setDesiredCount(world.context(), load(), { count: 7 }), refusal("OutsideRange"));
  });

  it("set --for: held, left alone by plan, and put back by AWS alone, number and limits", async () => {
    assert.equal(await readDesired(), 2);
    const context = world.context();
    const held = await setDesiredCount(context, load(), { count: 12, forSeconds: 600 });
    assert.deepEqual(held.putsBack, { min: 1, max: 3, desired: 2 });
    assert.match(held.warnings.join(), /^scale set 12 can never be reached: .* 3 too many: scale set 9 fits/);
    const again = await setDesiredCount(context, load(), { count: 4, forSeconds: 600 });
    assert.deepEqual(again.putsBack, { min: 1, max: 3, desired: 2 }, "the first hold's limits, not the second's");
    assert.deepEqual([(await readTarget())?.min, (await readTarget())?.max], [4, 4]);
    const looking = world.context();
    const steps = (await plan(looking, load(), {})).steps.filter(({ resource: kind }) => /^scal|^sched/.test(kind));
    assert.deepEqual(
      steps.map(({ action }) => action),
      ["keep"],
    );
    assert.deepEqual(changingCalls(looking.aws), []);
    await waitUntil(async () => (await readTarget())?.max === 3);
    await waitUntil(async () => (await readDesired()) === 2);
    assert.equal((await readTarget())?.min, 1);
  });

  it("a hold that is over holds nothing any more, though its actions are still there", async () => {
    const spent = (await readActions()).map(({ ScheduledActionName }) => ScheduledActionName);
    assert.deepEqual(spent.toSorted(), ["ecsctl-hold-count", "ecsctl-hold-limits"]);
    const { steps } = await plan(world.context(), load(), {});
    assert.deepEqual(steps.find((step) => step.resource === "scalable-target")?.notes ?? [], []);
    assert.deepEqual((await listScalingPolicies(world.context(), load())).policies, []);
    const policy = policySchema.parse({ name: "after", type: "scheduled", schedule: "rate(30 days)", max: 4 });
    await addScalingPolicy(world.context(), load(), { policy, range: { min: 1, max: 4 } });
    assert.equal((await readTarget())?.max, 4, "limits take effect at once");
    await removeScalingPolicy(world.context(), load(), "after");
    const again = await setDesiredCount(world.context(), load(), { count: 3, forSeconds: 36_000 });
    assert.deepEqual(again.putsBack, { min: 1, max: 4, desired: 2 }, "not what the hold before found");
    const range = await setScalingRange(world.context(), load(), { min: 1, max: 3 });
    assert.equal(range.endedHold, true);
  });

  it("refuses a hold that nothing would end, and suspending says that it holds one up", async () => {
    await assert.rejects(
      setDesiredCount(world.context(), load(), { count: 3, forSeconds: 0 }),
      refusal("InvalidDuration"),
    );
    await suspendScaling(world.context(), load(), { way: "scheduled", suspend: true });
    const hold = setDesiredCount(world.context(), load(), { count: 3, forSeconds: 600 });
    await assert.rejects(hold, refusal("SchedulesSuspended"));
    await suspendScaling(world.context(), load(), { suspend: false });
    await setDesiredCount(world.context(), load(), { count: 2, forSeconds: 36_000 });
    const context = world.context();
    await suspendScaling(context, load(), { suspend: true });
    const warned = context.events.filter((event) => event.type === "warning").map((event) => event.message);
    assert.match(warned.join(), /`scale set --for` holds the service until \S+, and nothing ends it while schedules/);
    await suspendScaling(world.context(), load(), { suspend: false });
  });

  it("a policy that is added during a hold leaves it alone, and its limits come after", async () => {
    await setDesiredCount(world.context(), load(), { count: 2, forSeconds: 36_000 });
    const policy = policySchema.parse({ name: "held", type: "scheduled", schedule: "rate(30 days)", max: 3 });
    const context = world.context();
    await addScalingPolicy(context, load(), { policy, range: { min: 1, max: 5 } });
    assert.deepEqual([(await readTarget())?.min, (await readTarget())?.max], [2, 2]);
    const back = (await readActions()).find(({ ScheduledActionName }) => ScheduledActionName === "ecsctl-hold-limits");
    assert.deepEqual(back?.ScalableTargetAction, { MinCapacity: 1, MaxCapacity: 5 });
    assert.ok(
      context.events.some((event) => event.type === "warning" && /take effect when it ends/.test(event.message)),
    );
  });

  it("range ends a hold before its time", async () => {
    await setDesiredCount(world.context(), load(), { count: 3, forSeconds: 36_000 });
    const range = await setScalingRange(world.context(), load(), { min: 1, max: 4 });
    assert.equal(range.endedHold, true);
    const pending = (await readActions()).filter(({ ScheduledActionName = "" }) =>
      ScheduledActionName.startsWith("ecsctl-hold"),
    );
    assert.deepEqual(pending, []);
  });

  it("suspend and resume: one way, all ways, and nothing twice", async () => {
    const out = await suspendScaling(world.context(), load(), { way: "out", suspend: true });
    assert.deepEqual(out, { suspended: ["out"], was: [] });
    const twice = world.context();
    await suspendScaling(twice, load(), { way: "out", suspend: true });
    assert.deepEqual(changingCalls(twice.aws), []);
    const all = await suspendScaling(world.context(), load(), { suspend: true });
    assert.deepEqual(all, { suspended: ["out", "in", "scheduled"], was: ["out"] });
    assert.deepEqual((await readTarget())?.state, {
      DynamicScalingOutSuspended: true,
      DynamicScalingInSuspended: true,
      ScheduledScalingSuspended: true,
    });
    await setScalingRange(world.context(), load(), { min: 1, max: 5 });
    assert.equal((await readTarget())?.state?.DynamicScalingInSuspended, true, "other limits let nothing go");
    const some = await suspendScaling(world.context(), load(), { way: "in", suspend: false });
    assert.deepEqual(some.suspended, ["out", "scheduled"]);
    assert.deepEqual((await suspendScaling(world.context(), load(), { suspend: false })).suspended, []);
  });
});

describe("what scale policy add says before it acts", () => {
  const add = (policy: Parameters<typeof policySchema.parse>[0], range?: { min?: number; max?: number }) =>
    addScalingPolicy(world.context(), load(), { policy: policySchema.parse(policy), range });

  it("refuses a schedule that has passed", async () => {
    const past = { name: "p", type: "scheduled", schedule: "at(2020-01-01T00:00:00)", max: 3 };
    await assert.rejects(add(past), refusal("ScheduleInThePast"));
    // This world is ahead of this computer: whoever asks its own clock takes the moment for one to come.
    const there = world.sandbox.region.world.clock.now() - 60_000;
    assert.ok(there > Date.now());
    const justNow = `at(${new Date(there).toISOString().slice(0, 19)})`;
    await assert.rejects(add({ ...past, schedule: justNow }), refusal("ScheduleInThePast"));
    const never = { ...past, schedule: "cron(0 8 30 2 ? *)" };
    await assert.rejects(add(never), { message: "--schedule cron(0 8 30 2 ? *) never runs from now on." });
    const ended = { name: "p", type: "scheduled", schedule: "rate(1 hour)", end: "2020-01-01T00:00:00Z", max: 3 };
    await assert.rejects(add(ended), refusal("ScheduleInThePast"));
  });

  it("refuses what no configuration can say, and names the flag", async () => {
    await assert.rejects(
      add({ name: "p", type: "target-tracking", metric: "memory", target: 100 }),
      (error) => refusal("UnreachableTarget")(error) && (error as Error).message.startsWith("--target: found 100 %"),
    );
    await assert.rejects(
      add({ name: "p", type: "step", metric: "cpu", steps: ["80:+2", "80:+4"] }),
      (error) =>
        refusal("InvalidStep")(error) && (error as Error).message.startsWith("--step: 80:+2 and 80:+4 overlap"),
    );
  });

  it("warns with figures: room, a cooldown shorter than a start, a metric that nobody publishes, a target out of reach", async () => {
    const room = await add(
      { name: "a", type: "target-tracking", metric: "cpu", target: 100, scaleOutCooldown: "1s" },
      { max: 50 },
    );
    assert.match(room.warnings.join("\n"), /scaling\.max 50 can never be reached: .* 41 too many: scaling\.max 9 fits/);
    assert.match(
      room.warnings.join("\n"),
      /--scale-out-cooldown 1 s is shorter than a task takes to start: \d+ s, measured on \d+ task/,
    );
    assert.match(room.warnings.join("\n"), /a: 100 % is only reached where instances have CPU that no task reserves/);
    const far = await add({ name: "a", type: "target-tracking", metric: "cpu", target: 500 }, { max: 3 });
    assert.match(
      far.warnings.join("\n"),
      /500 % can never be reached: a task that reserves 256 of 1024 CPU units gets to 400 %/,
    );
    const unknown = await add({ name: "b", type: "step", metric: "AWS/ECS/CPUUtilisation", steps: ["80:+1"] });
    assert.match(
      unknown.warnings.join("\n"),
      /no data of AWS\/ECS\/CPUUtilisation with ClusterName=.* it knows \d+ metrics of AWS\/ECS, CPUUtilization among them/,
    );
    const exact = await add({ name: "e", type: "step", metric: "cpu", steps: ["95:=8", "<=5:=0"] });
    assert.deepEqual(exact.warnings, [
      "--step 95:=8 ends at the maximum, 3: --max 8 lets it get there",
      "--step <=5:=0 ends at the minimum, 1: --min 0 lets it get there",
    ]);
    await removeScalingPolicy(world.context(), load(), "e");
    const none = await add({ name: "c", type: "target-tracking", metric: "Shop/Backlog", target: 3 });
    assert.match(none.warnings.join("\n"), /it knows nothing of Shop;/);
    const sale = await add({ name: "sale", type: "scheduled", schedule: "rate(1 day)", max: 50 });
    assert.match(sale.warnings.join("\n"), /^sale\.max 50 can never be reached/);
    const night = await add({ name: "night", type: "scheduled", schedule: "rate(1 day)", max: 2 });
    assert.deepEqual(night.warnings, [], "what another schedule asks for was told when it was added");
  });

  it("a policy that becomes one-sided or of another kind leaves nothing behind", async () => {
    await add({ name: "s", type: "step", metric: "cpu", steps: ["80:+1", "20:-1"] });
    await add({ name: "s", type: "step", metric: "cpu", steps: ["80:+1"] });
    const names = async () => {
      const aws = world.sandbox.aws();
      const policies = await aws.call("application-autoscaling", "DescribeScalingPolicies", resource);
      const alarms = await aws.call("cloudwatch", "DescribeAlarms", { AlarmNamePrefix: "StepScaling-" });
      return {
        policies: (policies.ScalingPolicies ?? [])
          .map(({ PolicyName = "" }) => PolicyName)
          .filter((name) => name.startsWith("s")),
        alarms: (alarms.MetricAlarms ?? []).map(({ AlarmName = "" }) => AlarmName.split("/").at(-1)),
      };
    };
    assert.deepEqual(await names(), { policies: ["s"], alarms: ["b", "s"] });
    await add({ name: "s", type: "scheduled", schedule: "rate(1 hour)", max: 3 });
    assert.deepEqual(await names(), { policies: [], alarms: ["b"] });
    assert.deepEqual(
      load().config.scaling?.policies.find(({ name }) => name === "s"),
      {
        name: "s",
        type: "scheduled",
        schedule: "rate(1 hour)",
        max: 3,
      },
    );
  });
});
