import assert from "node:assert/strict";
import { test } from "node:test";
import { ExitCode } from "../../../src/core/errors.ts";
import { waitForInstances } from "../../../src/core/wait/capacity.ts";
import { FakeAws, fakeContext } from "../../support/fake-aws.ts";

test("instances that are replaced again and again are no progress: the wait ends", async () => {
  let looks = 0;
  const aws: FakeAws = new FakeAws({
    DescribeClusters: { clusters: [{ registeredContainerInstancesCount: 0 }] },
    DescribeAutoScalingGroups: () => {
      if (++looks > 20) throw new Error("waits for ever");
      aws.clock.observe(aws.clock.now() + 200_000);
      return { AutoScalingGroups: [{ Instances: [{ InstanceId: `i-${looks}`, LifecycleState: "InService" }] }] };
    },
  });
  await assert.rejects(waitForInstances(fakeContext(aws), { cluster: "c", group: "g", count: 1 }), {
    exitCode: ExitCode.gaveUp,
    message: /0 of 1 instances registered with cluster c \(i-\d+ InService\)/,
    hint: /user data/,
  });
});
