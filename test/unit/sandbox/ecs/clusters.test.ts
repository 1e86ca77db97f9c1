import assert from "node:assert/strict";
import { test } from "node:test";
import { instanceProfiles, roles } from "../../../../src/sandbox/services/iam/records.ts";
import { cluster, EcsWorld } from "../../../support/ecs-world.ts";

test("an instance registers about 20 s after it runs, with what its type has", async () => {
  const world = new EcsWorld();
  await world.call("CreateCluster", { clusterName: cluster });
  world.addMachine();
  await world.advance(19);
  assert.deepEqual((await world.call("ListContainerInstances", { cluster })).containerInstanceArns, []);
  await world.advance(2);
  const { containerInstanceArns: arns = [] } = await world.call("ListContainerInstances", { cluster });
  const answer = await world.call("DescribeContainerInstances", { cluster, containerInstances: arns });
  const [instance] = answer.containerInstances ?? [];
  assert.equal(instance?.status, "ACTIVE");
  assert.equal(instance?.agentConnected, true);
  const value = (name: string) => instance?.registeredResources?.find((one) => one.name === name);
  assert.deepEqual([value("CPU")?.integerValue, value("MEMORY")?.integerValue], [1024, 1968]);
  assert.deepEqual(value("PORTS")?.stringSetValue, ["22", "2375", "2376", "51678", "51679"]);
  const type = instance?.attributes?.find((one) => one.name === "ecs.instance-type");
  assert.equal(type?.value, "t2.small");
});

test("an instance without the policy, without a profile, or of another cluster never registers", async () => {
  const world = new EcsWorld();
  await world.call("CreateCluster", { clusterName: cluster });
  world.addMachine({ instanceProfileArn: undefined });
  world.addMachine({ userData: "ECS_CLUSTER=other" });
  await world.advance(120);
  assert.deepEqual((await world.call("ListContainerInstances", { cluster })).containerInstanceArns, []);
  const role = roles(world.world.global).get("ecsInstanceRole");
  assert.ok(role && instanceProfiles(world.world.global).size === 1);
  const { attached } = role;
  role.attached = [];
  world.addMachine();
  await world.advance(120);
  assert.deepEqual((await world.call("ListContainerInstances", { cluster })).containerInstanceArns, []);
  role.attached = attached;
  await world.advance(1);
  assert.equal((await world.call("ListContainerInstances", { cluster })).containerInstanceArns?.length, 1);
});

test("the counts of a cluster and an instance follow its tasks", async () => {
  const world = new EcsWorld();
  await world.start(1);
  await world.createService({ desiredCount: 2 });
  await world.advance(2);
  const describe = async () => (await world.call("DescribeClusters", { clusters: [cluster] })).clusters?.[0];
  assert.deepEqual(
    [(await describe())?.pendingTasksCount, (await describe())?.registeredContainerInstancesCount],
    [2, 1],
  );
  await world.until(() => world.isSteady());
  const after = await describe();
  assert.deepEqual([after?.runningTasksCount, after?.pendingTasksCount, after?.activeServicesCount], [2, 0, 1]);
  const { containerInstanceArns: containerInstances = [] } = await world.call("ListContainerInstances", { cluster });
  const [instance] =
    (await world.call("DescribeContainerInstances", { cluster, containerInstances })).containerInstances ?? [];
  const remaining = (name: string) => instance?.remainingResources?.find((one) => one.name === name);
  assert.deepEqual([remaining("CPU")?.integerValue, remaining("MEMORY")?.integerValue], [512, 944]);
  assert.equal(instance?.runningTasksCount, 2);
});

test("a cluster that contains something is not deleted", async () => {
  const world = new EcsWorld();
  await world.start(1);
  await world.createService();
  const remove = () => world.call("DeleteCluster", { cluster });
  await assert.rejects(remove(), {
    name: "ClusterContainsServicesException",
    message: "The Cluster cannot be deleted while Services are active.",
  });
  await world.call("DeleteService", { cluster, service: "web", force: true });
  await world.until(async () => (await world.service()).status === "INACTIVE");
  await assert.rejects(remove(), { name: "ClusterContainsContainerInstancesException" });
  const [arn] = (await world.call("ListContainerInstances", { cluster })).containerInstanceArns ?? [];
  await world.call("DeregisterContainerInstance", { cluster, containerInstance: arn });
  await remove();
  const { clusters: found = [] } = await world.call("DescribeClusters", { clusters: [cluster] });
  assert.equal(found[0]?.status, "INACTIVE");
  await assert.rejects(remove(), { name: "ClusterNotFoundException" });
});

test("a missing cluster is a failure when described, an error otherwise", async () => {
  const world = new EcsWorld();
  const { clusters: found, failures } = await world.call("DescribeClusters", { clusters: ["nothing"] });
  assert.deepEqual(found, []);
  assert.deepEqual(failures, [{ arn: "arn:aws:ecs:us-east-1:123456789012:cluster/nothing", reason: "MISSING" }]);
  await assert.rejects(world.call("ListTasks", { cluster: "nothing" }), { name: "ClusterNotFoundException" });
});

test("settings and tags are kept and shown when they are asked for", async () => {
  const world = new EcsWorld();
  const tags = [{ key: "ecsctl:app", value: "shop" }];
  const { cluster: made } = await world.call("CreateCluster", { clusterName: cluster, tags });
  const shown = async () =>
    (await world.call("DescribeClusters", { clusters: [cluster], include: ["TAGS", "SETTINGS"] })).clusters?.[0];
  assert.deepEqual((await shown())?.tags, tags);
  const plain = (await world.call("DescribeClusters", { clusters: [cluster] })).clusters?.[0];
  assert.deepEqual(plain?.tags, []);
  await world.call("TagResource", { resourceArn: made?.clusterArn, tags: [{ key: "team", value: "a" }] });
  await world.call("UntagResource", { resourceArn: made?.clusterArn, tagKeys: ["ecsctl:app"] });
  assert.deepEqual((await world.call("ListTagsForResource", { resourceArn: made?.clusterArn })).tags, [
    { key: "team", value: "a" },
  ]);
  await world.call("UpdateClusterSettings", { cluster, settings: [{ name: "containerInsights", value: "enabled" }] });
  assert.deepEqual((await shown())?.settings, [{ name: "containerInsights", value: "enabled" }]);
});
