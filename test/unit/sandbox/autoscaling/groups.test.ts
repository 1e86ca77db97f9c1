import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../../../../src/sandbox/store.ts";
import { type Machines, makeGroup, makeMachines } from "../../../support/machines.ts";

const AutoScalingGroupName = "web";

async function group({ autoscaling }: Machines) {
  const { AutoScalingGroups } = await autoscaling("DescribeAutoScalingGroups", {
    AutoScalingGroupNames: [AutoScalingGroupName],
  });
  return AutoScalingGroups?.[0];
}

async function states(machines: Machines): Promise<(string | undefined)[]> {
  return ((await group(machines))?.Instances ?? []).map((instance) => instance.LifecycleState);
}

async function activities({ autoscaling }: Machines) {
  return (await autoscaling("DescribeScalingActivities", { AutoScalingGroupName })).Activities ?? [];
}

test("a group starts its instances over its zones, tagged, and they come into service when they run", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { desired: 3 });
  assert.deepEqual(await states(machines), []);
  machines.world.step(1);
  assert.deepEqual(await states(machines), ["Pending", "Pending", "Pending"]);
  const zones = (await group(machines))?.Instances?.map((instance) => instance.AvailabilityZone);
  assert.deepEqual(zones, ["us-east-1a", "us-east-1b", "us-east-1a"]);
  machines.world.step(21);
  assert.deepEqual(await states(machines), ["InService", "InService", "InService"]);
  const { Reservations } = await machines.ec2("DescribeInstances", {
    Filters: [{ Name: "tag:aws:autoscaling:groupName", Values: ["web"] }],
  });
  const tags = Reservations?.[0]?.Instances?.[0]?.Tags?.map((tag) => tag.Key);
  assert.equal(Reservations?.length, 3);
  assert.deepEqual(tags, [
    "team",
    "aws:autoscaling:groupName",
    "aws:ec2launchtemplate:id",
    "aws:ec2launchtemplate:version",
  ]);
});

test("activities tell what was done, why and how it went, in AWS's words", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { desired: 1 });
  machines.world.step(1);
  const id = (await group(machines))?.Instances?.[0]?.InstanceId;
  const [launching] = await activities(machines);
  assert.equal(launching?.Description, `Launching a new EC2 instance: ${id}`);
  assert.equal(
    launching?.Cause,
    "At 2026-01-01T00:00:00Z a user request created an AutoScalingGroup changing the desired capacity from 0 to 1.  " +
      "At 2026-01-01T00:00:01Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 1.",
  );
  assert.deepEqual([launching?.StatusCode, launching?.Progress], ["PreInService", 50]);
  machines.world.step(30);
  const [launched] = await activities(machines);
  assert.deepEqual([launched?.StatusCode, launched?.Progress], ["Successful", 100]);
  assert.deepEqual(launched?.EndTime, new Date("2026-01-01T00:00:22Z"));

  await machines.autoscaling("UpdateAutoScalingGroup", { AutoScalingGroupName, MinSize: 0, DesiredCapacity: 0 });
  machines.world.step(1);
  const [ending] = await activities(machines);
  assert.equal(ending?.Description, `Terminating EC2 instance: ${id}`);
  assert.equal(
    ending?.Cause,
    "At 2026-01-01T00:00:31Z a user request update of AutoScalingGroup constraints to min: 0, max: 4, desired: 0 changing the desired capacity from 1 to 0.  " +
      "At 2026-01-01T00:00:32Z an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from 1 to 0.  " +
      `At 2026-01-01T00:00:32Z instance ${id} was selected for termination.`,
  );
  assert.equal(ending?.StatusCode, "InProgress");
  assert.deepEqual(await states(machines), ["Terminating"]);
  machines.world.step(16);
  assert.deepEqual(await states(machines), []);
  assert.equal((await activities(machines))[0]?.StatusCode, "Successful");
});

test("scale-in takes from the fullest zone the oldest instance that is not protected", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { desired: 3 });
  machines.world.step(30);
  const [first, second, third] = (await group(machines))?.Instances ?? [];
  const InstanceIds = [first?.InstanceId ?? ""];
  await machines.autoscaling("SetInstanceProtection", {
    AutoScalingGroupName,
    InstanceIds,
    ProtectedFromScaleIn: true,
  });
  await machines.autoscaling("SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity: 2 });
  machines.world.step(1);
  const leaving = (await group(machines))?.Instances?.filter((one) => one.LifecycleState === "Terminating");
  assert.deepEqual(
    leaving?.map((one) => one.InstanceId),
    [third?.InstanceId],
  );
  machines.world.step(20);
  await machines.autoscaling("SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity: 0 });
  machines.world.step(20);
  assert.deepEqual(
    (await group(machines))?.Instances?.map((one) => one.InstanceId),
    InstanceIds,
  );
  assert.ok(second);
  const [told] = (await activities(machines)).filter((one) => one.StatusCode === "Cancelled");
  assert.equal(
    told?.Description,
    "Could not scale to desired capacity because all remaining instances are protected from scale-in.",
  );
  assert.match(told?.Cause ?? "", /from 2 to 0\. {2}At 2026-01-01T00:00:52Z group reached equilibrium\.$/);
  await machines.autoscaling("SetInstanceProtection", {
    AutoScalingGroupName,
    InstanceIds,
    ProtectedFromScaleIn: false,
  });
  machines.world.step(20);
  assert.deepEqual((await group(machines))?.Instances, []);
});

test("new instances are protected where the group says so", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { desired: 1 });
  await machines.autoscaling("UpdateAutoScalingGroup", {
    AutoScalingGroupName,
    NewInstancesProtectedFromScaleIn: true,
  });
  machines.world.step(1);
  assert.equal((await group(machines))?.Instances?.[0]?.ProtectedFromScaleIn, true);
});

test("an instance that somebody ends is replaced, protected or not", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { desired: 1 });
  await machines.autoscaling("UpdateAutoScalingGroup", {
    AutoScalingGroupName,
    NewInstancesProtectedFromScaleIn: true,
  });
  machines.world.step(30);
  const lost = (await group(machines))?.Instances?.[0]?.InstanceId ?? "";
  await machines.ec2("TerminateInstances", { InstanceIds: [lost] });
  machines.world.step(1);
  const [launch] = await activities(machines);
  const end = (await activities(machines)).find((one) => one.Description === `Terminating EC2 instance: ${lost}`);
  assert.equal(
    end?.Cause,
    "At 2026-01-01T00:00:31Z an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.",
  );
  assert.equal(
    launch?.Cause,
    "At 2026-01-01T00:00:31Z an instance was launched in response to an unhealthy instance needing to be replaced.",
  );
  machines.world.step(40);
  assert.deepEqual(await states(machines), ["InService"]);
  assert.notEqual((await group(machines))?.Instances?.[0]?.InstanceId, lost);
});

test("a suspended group neither launches nor terminates until it is resumed", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { desired: 2 });
  const ScalingProcesses = ["Launch", "Terminate"];
  await machines.autoscaling("SuspendProcesses", { AutoScalingGroupName, ScalingProcesses });
  machines.world.step(30);
  assert.deepEqual(await states(machines), []);
  assert.deepEqual(
    (await group(machines))?.SuspendedProcesses?.map((one) => one.ProcessName),
    ScalingProcesses,
  );
  await machines.autoscaling("ResumeProcesses", { AutoScalingGroupName });
  machines.world.step(30);
  assert.deepEqual(await states(machines), ["InService", "InService"]);
});

test("a lost instance stays listed while what replaces it is suspended", async () => {
  for (const process of ["HealthCheck", "ReplaceUnhealthy", "Terminate"]) {
    const machines = makeMachines();
    await makeGroup(machines, { desired: 1 });
    machines.world.step(30);
    await machines.autoscaling("SuspendProcesses", { AutoScalingGroupName, ScalingProcesses: [process] });
    const lost = (await group(machines))?.Instances?.[0]?.InstanceId ?? "";
    await machines.ec2("TerminateInstances", { InstanceIds: [lost] });
    machines.world.step(60);
    assert.equal((await group(machines))?.Instances?.[0]?.InstanceId, lost, process);
    await machines.autoscaling("ResumeProcesses", { AutoScalingGroupName });
    machines.world.step(60);
    assert.deepEqual(await states(machines), ["InService"], process);
    assert.notEqual((await group(machines))?.Instances?.[0]?.InstanceId, lost, process);
  }
});

test("a launch that fails is told and tried in another zone", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { desired: 2 }, ["us-east-1e", "us-east-1f"]);
  machines.world.step(30);
  const zones = (await group(machines))?.Instances?.map((instance) => instance.AvailabilityZone);
  assert.deepEqual(zones, ["us-east-1f", "us-east-1f"]);
  const [failed] = (await activities(machines)).filter((one) => one.StatusCode === "Failed");
  assert.match(
    failed?.Description ?? "",
    /^Launching a new EC2 instance\. {2}Status Reason: Your requested instance type/,
  );
  assert.match(failed?.StatusMessage ?? "", /us-east-1f\. Launching EC2 instance failed\.$/);
});

test("a group whose template is gone keeps trying once a minute", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { desired: 1 }, ["us-east-1a"]);
  await machines.ec2("DeleteLaunchTemplate", { LaunchTemplateName: "web" });
  machines.world.step(150);
  const failed = (await activities(machines)).filter((one) => one.StatusCode === "Failed");
  assert.equal(failed.length, 3);
  assert.match(failed[0]?.StatusMessage ?? "", /does not exist\. Launching EC2 instance failed\.$/);
});

test("a saved world goes on where it was", async () => {
  const machines = makeMachines();
  await makeGroup(machines, { desired: 2 });
  machines.world.step(5);
  const text = machines.world.store.save();
  assert.doesNotThrow(() => new Store().load(text));
  machines.world.store.load(text);
  machines.world.step(30);
  assert.deepEqual(await states(machines), ["InService", "InService"]);
});
