import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { cluster, service, Shop, target } from "../support/shop.ts";

describe("a target tracking policy, from nothing to the maximum and back", () => {
  const shop = new Shop();
  before(() => shop.open());
  after(() => shop.sandbox.close());

  test("nothing scales it", async () => {
    assert.match(
      await shop.note("no-scalable-target"),
      /^no policy scales it, and it has no scalable target; add one with: ecsctl scale policy add/,
    );
    await shop.range(1, 3);
    assert.match(await shop.note("no-policy"), /^no policy scales it; add/);
  });

  test("no datapoint yet", async () => {
    await shop.track("CPU", 50);
    assert.match(await shop.until("no-data-yet", 1), /^no CPU datapoint yet/);
  });

  test("little to do", async () => {
    assert.match(
      await shop.until("at-minimum", 5),
      /^CPU 0 % is under 45 %.*: at the minimum of 1, nothing to remove$/,
    );
    shop.load = 47;
    assert.equal(await shop.until("steady", 5), "CPU 47 % is near enough to the target of 50 %: nothing to do");
  });

  test("over the target: how many datapoints, how many tasks, when; and it comes true", async () => {
    shop.load = 83;
    const said = await shop.until("waiting-to-scale-out", 5);
    assert.match(
      said,
      /^CPU \d+ % is over 50 % for [12] of the 3 datapoints needed; if the next .*, desired goes from 1 to 2 in about/,
    );
    for (let minute = 0; minute < 5 && (await shop.look()).service.desired === 1; minute++)
      await shop.sandbox.advance(60);
    assert.equal((await shop.look()).service.desired, 2);
  });

  test("scale-out cooldown, with what is left of it", async () => {
    shop.load = 116;
    assert.match(
      await shop.until("scale-out-cooldown", 5),
      /^CPU \d+ % is over 50 %.*: held, scale-out cooldown for another \d+ (s|min)$/,
    );
  });

  test("suspended", async () => {
    await shop.range(1, 3, "out");
    shop.load = 170;
    assert.match(
      await shop.until("scale-out-suspended", 3),
      /: scale-out is suspended; resume it with: ecsctl scale resume out$/,
    );
    assert.match(await shop.note("suspended", 1), /^suspended: scale-out; go on with/);
    await shop.range(1, 3);
  });

  test("at the maximum, and what it asks for", async () => {
    shop.load = 270;
    await shop.until("at-maximum", 10);
    await shop.sandbox.advance(180);
    assert.equal(
      await shop.until("at-maximum", 1),
      "CPU 90 % is over 50 %: at the maximum of 3: raise it, the policy asks for 6",
    );
  });

  test("scale-in waits for fifteen datapoints, then for its cooldown", async () => {
    shop.load = 30;
    const said = await shop.until("waiting-to-scale-in", 5);
    assert.match(
      said,
      /^CPU \d+ % is under 45 % for \d+ of the 15 datapoints needed; .*desired goes from 3 to 2 in about \d+ min$/,
    );
    assert.match(
      await shop.until("scale-in-cooldown", 20),
      /^CPU 1\d % is under 45 %: held, scale-in cooldown for another \d/,
    );
  });

  test("removing one more would push it over the target again", async () => {
    shop.load = 88;
    assert.match(
      await shop.until("flapping", 30),
      /^CPU 44 % is under 45 %: held, removing a task would push it over the target/,
    );
  });

  test("a rollout is under way", async () => {
    await shop.sandbox.aws().call("ecs", "UpdateService", { cluster, service, forceNewDeployment: true });
    assert.match(await shop.until("rollout", 2), /^CPU \d+ % is under 45 %: held, .* while a rollout is under way$/);
    await shop.until("flapping", 15);
  });

  test("scale-in suspended; kept by another policy", async () => {
    shop.load = 30;
    await shop.range(1, 3, "in");
    assert.match(
      await shop.until("scale-in-suspended", 10),
      /: scale-in is suspended; resume it with: ecsctl scale resume in$/,
    );
    await shop.track("Memory", 26);
    await shop.range(1, 3);
    assert.match(
      await shop.until("other-policy", 10),
      /: another policy keeps it from scaling in: memory26 \(memory 25 % is over 23 %\)$/,
    );
  });

  test("scale-in disabled", async () => {
    await shop.track("CPU", 50, { DisableScaleIn: true });
    assert.match(
      await shop.until("scale-in-disabled", 5),
      /^CPU \d+ % is under the target of 50 %, but scale-in is disabled/,
    );
  });

  test("its alarms were deleted by hand", async () => {
    const { alarms } = await shop.look();
    const AlarmNames = alarms.filter(({ policy }) => policy === "cpu50").map(({ name }) => name);
    await shop.sandbox.aws().call("cloudwatch", "DeleteAlarms", { AlarmNames });
    assert.equal(
      await shop.until("no-alarms", 1),
      "its alarms do not exist: nothing triggers it; make them again with: ecsctl deploy",
    );
  });
});

describe("a step policy with an alarm of one's own", () => {
  const shop = new Shop();
  before(async () => {
    await shop.open();
    await shop.range(1, 9);
    await shop.put({
      PolicyName: "steps",
      PolicyType: "StepScaling",
      StepScalingPolicyConfiguration: {
        AdjustmentType: "ChangeInCapacity",
        Cooldown: 60,
        StepAdjustments: [{ MetricIntervalLowerBound: 10, ScalingAdjustment: 2 }],
      },
    });
    const aws = shop.sandbox.aws();
    const { ScalingPolicies = [] } = await aws.call("application-autoscaling", "DescribeScalingPolicies", target);
    await aws.call("cloudwatch", "PutMetricAlarm", {
      AlarmName: "backlog",
      Namespace: "Shop",
      MetricName: "Backlog",
      Statistic: "Maximum",
      Period: 60,
      EvaluationPeriods: 2,
      Threshold: 100,
      ComparisonOperator: "GreaterThanThreshold",
      AlarmActions: [ScalingPolicies[0]?.PolicyARN ?? ""],
    });
  });
  after(() => shop.sandbox.close());

  /** Publishes that backlog every half minute for so many minutes. */
  const publish = async (Value: number, minutes: number): Promise<void> => {
    for (let half = 0; half < minutes * 2; half++) {
      const MetricData = [{ MetricName: "Backlog", Value, Timestamp: new Date(shop.sandbox.world.clock.now()) }];
      await shop.sandbox.aws().call("cloudwatch", "PutMetricData", { Namespace: "Shop", MetricData });
      await shop.sandbox.advance(30);
    }
  };
  const why = async () => (await shop.look()).scaling.policies[0];

  test("which step is near, and what it will do", async () => {
    let said = await why();
    for (let half = 0; half < 6 && said?.cause !== "waiting-to-scale-out"; half++) {
      await publish(115, 0.5);
      said = await why();
    }
    assert.match(
      said?.why ?? "",
      /^Shop\/Backlog 115 is over 100 for 1 of the 2 datapoints needed; if the next one is too, desired goes from 1 to 3/,
    );
  });

  test("no step is meant for that figure", async () => {
    await publish(105, 3);
    assert.deepEqual(
      [(await why())?.cause, (await why())?.why],
      ["no-step", "Shop/Backlog 105 is over 100: no step of the policy is meant for that figure"],
    );
  });

  test("nobody publishes the metric any more", async () => {
    await shop.sandbox.advance(420);
    const said = await why();
    assert.equal(said?.cause, "no-data");
    assert.match(said.why, /^no Shop\/Backlog data since \d\d:\d\d UTC: nothing publishes the metric any more/);
  });
});
