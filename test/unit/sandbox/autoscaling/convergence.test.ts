import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { groups } from "../../../../src/sandbox/world/records/autoscaling.ts";
import { instances } from "../../../../src/sandbox/world/records/ec2.ts";
import { type Machines, makeGroup, makeMachines } from "../../../support/machines.ts";

const AutoScalingGroupName = "web";

type Step =
  | { do: "desire"; count: number }
  | { do: "lose" | "protect" | "release"; member: number }
  | { do: "suspend" }
  | { do: "resume" }
  | { do: "wait"; seconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("desire" as const), count: fc.nat(4) }),
  fc.record({ do: fc.constantFrom("lose" as const, "protect" as const, "release" as const), member: fc.nat(3) }),
  fc.record({ do: fc.constant("suspend" as const) }),
  fc.record({ do: fc.constant("resume" as const) }),
  fc.record({ do: fc.constant("wait" as const), seconds: fc.nat(40) }),
);

async function take(machines: Machines, one: Step): Promise<void> {
  const { autoscaling, ec2, region, world } = machines;
  const members = groups(region).get(AutoScalingGroupName)?.members ?? [];
  if (one.do === "desire")
    await autoscaling("SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity: one.count });
  else if (one.do === "suspend") await autoscaling("SuspendProcesses", { AutoScalingGroupName });
  else if (one.do === "resume") await autoscaling("ResumeProcesses", { AutoScalingGroupName });
  else if (one.do === "wait") world.step(one.seconds);
  else {
    const member = members[one.member];
    if (member && one.do === "lose") await ec2("TerminateInstances", { InstanceIds: [member.instanceId] });
    else if (member) member.protectedFromScaleIn = one.do === "protect";
  }
}

/** What holds whenever nothing is asked of the group any more. */
function checkSettled({ region, world }: Machines): void {
  const group = groups(region).get(AutoScalingGroupName);
  const live = [...instances(region).values()].filter((instance) => instance.state !== "terminated");
  assert.equal(group?.members.length, group?.desired);
  assert.ok(group?.members.every((member) => member.lifecycleState === "InService"));
  assert.equal(live.length, group?.desired);
  assert.ok(live.every((instance) => instance.state === "running"));
  const held = world.store.table<string>("world/addresses");
  assert.deepEqual([...held].toSorted(), live.map((instance) => [instance.address, instance.id]).toSorted());
  assert.ok(group?.activities.every((activity) => activity.EndTime));
}

test("whatever happens to a group, it comes to its desired capacity and nothing is left over", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const machines = makeMachines();
      await makeGroup(machines, { desired: 2 });
      for (const one of steps) await take(machines, one);
      await machines.autoscaling("ResumeProcesses", { AutoScalingGroupName });
      for (const member of groups(machines.region).get(AutoScalingGroupName)?.members ?? [])
        member.protectedFromScaleIn = false;
      machines.world.step(90);
      checkSettled(machines);
      await machines.autoscaling("DeleteAutoScalingGroup", { AutoScalingGroupName, ForceDelete: true });
      machines.world.step(20);
      assert.equal(groups(machines.region).size, 0);
      assert.equal(machines.world.store.table("world/addresses").size, 0);
    }),
    { numRuns: 60 },
  );
});
