import { AlreadyExistsFault, ResourceInUseFault, ScalingActivityInProgressFault } from "@aws-sdk/client-auto-scaling";
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeGroup, makeMachines, makeTemplate } from "../../../support/machines.ts";

const AutoScalingGroupName = "web";

test("a group needs what AWS needs", async () => {
  const machines = makeMachines();
  const { autoscaling } = machines;
  await makeTemplate(machines);
  const create = (change: object) =>
    autoscaling("CreateAutoScalingGroup", {
      AutoScalingGroupName,
      MinSize: 1,
      MaxSize: 2,
      LaunchTemplate: { LaunchTemplateName: "web", Version: "$Latest" },
      AvailabilityZones: ["us-east-1a"],
      ...change,
    });
  const refused = (message: string) => ({ code: "ValidationError", message });
  await assert.rejects(create({ MinSize: 3 }), refused("Max bound, 2, must be greater than or equal to min bound, 3"));
  await assert.rejects(
    create({ DesiredCapacity: 5 }),
    refused("Desired capacity:5 must be between the specified min size:1 and max size:2"),
  );
  await assert.rejects(
    create({ AvailabilityZones: [] }),
    refused("At least one Availability Zone or VPC Subnet is required."),
  );
  await assert.rejects(
    create({ VPCZoneIdentifier: "subnet-00000000000000000" }),
    refused("The subnet ID 'subnet-00000000000000000' does not exist"),
  );
  await assert.rejects(
    create({ LaunchTemplate: { LaunchTemplateName: "none" } }),
    refused(
      "You must use a valid fully-formed launch template. The specified launch template, with template name none, does not exist.",
    ),
  );
  await assert.rejects(create({ AvailabilityZones: ["us-east-1e"] }), {
    code: "ValidationError",
    message: /^You must use a valid fully-formed launch template\. Your requested instance type \(t2\.small\) is not/,
  });
  await create({});
  await assert.rejects(create({}), (error: Error) => {
    assert.ok(error instanceof AlreadyExistsFault);
    assert.equal(
      error.message,
      "AutoScalingGroup by this name already exists - A group with the name web already exists",
    );
    return true;
  });
});

test("the desired capacity stays within the bounds", async () => {
  const machines = makeMachines();
  const { autoscaling } = machines;
  await makeGroup(machines, { min: 1, max: 3, desired: 1 });
  const set = (DesiredCapacity: number) => autoscaling("SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity });
  await assert.rejects(set(4), {
    message: "New SetDesiredCapacity value 4 is above max value 3 for the AutoScalingGroup.",
  });
  await assert.rejects(set(0), {
    message: "New SetDesiredCapacity value 0 is below min value 1 for the AutoScalingGroup.",
  });
  await autoscaling("UpdateAutoScalingGroup", { AutoScalingGroupName, MinSize: 2 });
  const { AutoScalingGroups } = await autoscaling("DescribeAutoScalingGroups", {});
  assert.equal(AutoScalingGroups?.[0]?.DesiredCapacity, 2);
});

test("what does not exist is refused, but not by describing", async () => {
  const { autoscaling } = makeMachines();
  const missing = {
    code: "ValidationError",
    message: "AutoScalingGroup name not found - AutoScalingGroup 'web' not found",
  };
  await assert.rejects(autoscaling("UpdateAutoScalingGroup", { AutoScalingGroupName }), missing);
  await assert.rejects(autoscaling("DeleteAutoScalingGroup", { AutoScalingGroupName }), missing);
  const { AutoScalingGroups } = await autoscaling("DescribeAutoScalingGroups", {
    AutoScalingGroupNames: [AutoScalingGroupName],
  });
  assert.deepEqual(AutoScalingGroups, []);
});

test("a group with instances goes by force only, protected instances too, and leaves its history", async () => {
  const machines = makeMachines();
  const { autoscaling, world } = machines;
  await makeGroup(machines, { min: 1, desired: 1 });
  await autoscaling("UpdateAutoScalingGroup", { AutoScalingGroupName, NewInstancesProtectedFromScaleIn: true });
  world.step(30);
  await assert.rejects(autoscaling("DeleteAutoScalingGroup", { AutoScalingGroupName }), (error: Error) => {
    assert.ok(error instanceof ResourceInUseFault);
    assert.equal(
      error.message,
      "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.",
    );
    return true;
  });
  await autoscaling("DeleteAutoScalingGroup", { AutoScalingGroupName, ForceDelete: true });
  const leaving = await autoscaling("DescribeAutoScalingGroups", {});
  assert.equal(leaving.AutoScalingGroups?.[0]?.Status, "Delete in progress");
  await assert.rejects(autoscaling("SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity: 1 }), {
    code: "ValidationError",
  });
  world.step(20);
  assert.deepEqual((await autoscaling("DescribeAutoScalingGroups", {})).AutoScalingGroups, []);
  assert.deepEqual((await autoscaling("DescribeScalingActivities", { AutoScalingGroupName })).Activities, []);
  const { Activities } = await autoscaling("DescribeScalingActivities", {
    AutoScalingGroupName,
    IncludeDeletedGroups: true,
  });
  assert.deepEqual(
    Activities?.map((activity) => activity.StatusCode),
    ["Successful", "Successful"],
  );
});

test("a group that is still emptying cannot go without force", async () => {
  const machines = makeMachines();
  const { autoscaling, world } = machines;
  await makeGroup(machines, { desired: 1 });
  world.step(30);
  await autoscaling("SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity: 0 });
  world.step(1);
  await assert.rejects(
    autoscaling("DeleteAutoScalingGroup", { AutoScalingGroupName }),
    (error: Error) => error instanceof ScalingActivityInProgressFault,
  );
  world.step(20);
  await autoscaling("DeleteAutoScalingGroup", { AutoScalingGroupName });
  world.step(1);
  assert.deepEqual((await autoscaling("DescribeAutoScalingGroups", {})).AutoScalingGroups, []);
});

test("one instance can be ended, with or without a replacement", async () => {
  const machines = makeMachines();
  const { autoscaling, world } = machines;
  await makeGroup(machines, { min: 1, max: 2, desired: 2 });
  world.step(30);
  const ids = async () => (await autoscaling("DescribeAutoScalingInstances", {})).AutoScalingInstances ?? [];
  const [one, other] = await ids();
  const InstanceId = one?.InstanceId;
  const { Activity } = await autoscaling("TerminateInstanceInAutoScalingGroup", {
    InstanceId,
    ShouldDecrementDesiredCapacity: true,
  });
  assert.equal(
    Activity?.Cause,
    `At 2026-01-01T00:00:30Z instance ${InstanceId} was taken out of service in response to a user request, shrinking the capacity from 2 to 1.`,
  );
  world.step(30);
  assert.equal((await ids()).length, 1);
  await assert.rejects(
    autoscaling("TerminateInstanceInAutoScalingGroup", {
      InstanceId: other?.InstanceId,
      ShouldDecrementDesiredCapacity: true,
    }),
    { code: "ValidationError", message: /^Currently, desiredSize equals minSize \(1\)\./ },
  );
  await autoscaling("TerminateInstanceInAutoScalingGroup", {
    InstanceId: other?.InstanceId,
    ShouldDecrementDesiredCapacity: false,
  });
  world.step(60);
  assert.equal((await ids()).length, 1);
  assert.notEqual((await ids())[0]?.InstanceId, other?.InstanceId);
});

test("tags of groups are their own kind", async () => {
  const machines = makeMachines();
  const { autoscaling } = machines;
  await makeGroup(machines, {});
  const base = { ResourceId: "web", ResourceType: "auto-scaling-group" };
  await autoscaling("CreateOrUpdateTags", {
    Tags: [{ ...base, Key: "ecsctl:app", Value: "shop", PropagateAtLaunch: false }],
  });
  const filter = { Filters: [{ Name: "key", Values: ["ecsctl:app"] }] };
  assert.deepEqual((await autoscaling("DescribeTags", filter)).Tags, [
    { ...base, Key: "ecsctl:app", Value: "shop", PropagateAtLaunch: false },
  ]);
  const found = await autoscaling("DescribeAutoScalingGroups", {
    Filters: [{ Name: "tag:ecsctl:app", Values: ["shop"] }],
  });
  assert.equal(found.AutoScalingGroups?.length, 1);
  await autoscaling("DeleteTags", { Tags: [{ ...base, Key: "ecsctl:app" }] });
  assert.deepEqual((await autoscaling("DescribeTags", filter)).Tags, []);
});
