import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { alarmSchema } from "../../src/core/config/alarm-schema.ts";
import { type Config, loadBalancerSchema } from "../../src/core/config/schema.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open();
});
after(() => world.close());

const role = (name: string) => ({
  name,
  policies: [],
  permissions: [{ actions: ["ecs:ListTasks"], resources: ["*"] }],
});

/** On Fargate with all that a name can be given to; `word` is in every name. */
const named = (app: string, word: string) => (config: Config) => {
  delete config.cluster.capacity;
  config.service.launchType = "FARGATE";
  config.service.name = `${app}-${word}`;
  config.task.family = `${app}-${word}`;
  config.task.executionRole = `${app}-${word}-execution`;
  config.task.role = role(`${app}-${word}-task`);
  config.task.logs.group = `/ecs/${app}-${word}`;
  config.loadBalancer = loadBalancerSchema.parse({ name: `${app}-${word}` });
  config.alarms = [
    alarmSchema.parse({ name: `${app}-${word}-busy`, metric: "cpu", threshold: 80 }),
    alarmSchema.parse({ name: `${app}-${word}-all`, rule: `ALARM("${app}-${word}-busy")` }),
  ];
  config.notify = { topic: `${app}-${word}-alerts`, emails: ["me@example.com"] };
};

/** What AWS still has that bears the app's name; deleted task definitions and clusters are remembered for a while. */
async function leftOf(app: string): Promise<string[]> {
  const { aws } = world.context();
  const [alarms, groups, topics, roles, definitions, balancers, targets, firewalls, profiles, repositories] =
    await Promise.all([
      aws.call("cloudwatch", "DescribeAlarms", { AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }),
      aws.call("logs", "DescribeLogGroups", {}),
      aws.call("sns", "ListTopics", {}),
      aws.call("iam", "ListRoles", {}),
      aws.call("ecs", "ListTaskDefinitions", {}),
      aws.call("elbv2", "DescribeLoadBalancers", {}),
      aws.call("elbv2", "DescribeTargetGroups", {}),
      aws.call("ec2", "DescribeSecurityGroups", {}),
      aws.call("iam", "ListInstanceProfiles", {}),
      aws.call("ecr", "DescribeRepositories", {}),
    ]);
  const names = [
    ...[...(alarms.MetricAlarms ?? []), ...(alarms.CompositeAlarms ?? [])].map(({ AlarmName }) => AlarmName),
    ...(groups.logGroups ?? []).map(({ logGroupName }) => logGroupName),
    ...(topics.Topics ?? []).map(({ TopicArn }) => TopicArn),
    ...(roles.Roles ?? []).map(({ RoleName }) => RoleName),
    ...(definitions.taskDefinitionArns ?? []),
    ...(balancers.LoadBalancers ?? []).map(({ LoadBalancerName }) => LoadBalancerName),
    ...(targets.TargetGroups ?? []).map(({ TargetGroupName }) => TargetGroupName),
    ...(firewalls.SecurityGroups ?? []).map(({ GroupName }) => GroupName),
    ...(profiles.InstanceProfiles ?? []).map(({ InstanceProfileName }) => InstanceProfileName),
    ...(repositories.repositories ?? []).map(({ repositoryName }) => repositoryName),
  ];
  return names.filter((name) => name?.includes(app)) as string[];
}

test("what was renamed in ecsctl.yaml is listed, and destroyed with the rest", async () => {
  await world.push("moved");
  await deploy(world.context(), world.project("moved", named("moved", "old")), {});
  const now = world.project("moved", named("moved", "new"));
  await deploy(world.context(), now, { wait: false });
  const { wouldDelete = [] } = await destroy(world.context(), now, { dryRun: true });
  for (const id of [
    "ecs-service/moved-old",
    "task-definition/moved-old",
    "iam-role/moved-old-execution",
    "iam-role/moved-old-task",
    "log-group//ecs/moved-old",
    "alarm/moved-old-busy",
    "composite-alarm/moved-old-all",
    "sns-topic/moved-old-alerts",
    "load-balancer/moved-old",
    "target-group/moved-old",
    "log-group//ecs/moved-new",
  ])
    assert.ok(wouldDelete.includes(id), `${id} is not in ${wouldDelete.join(", ")}`);
  assert.ok((await leftOf("moved")).length > 20, "a dry run deletes nothing");
  const { remaining } = await destroy(world.context(), now, {});
  assert.deepEqual(remaining, []);
  assert.deepEqual(await leftOf("moved"), []);
});

test("what was taken out of ecsctl.yaml goes too; what is another app's stays", async () => {
  await world.push("less");
  await world.push("other");
  const other = world.project("other", named("other", "own"));
  await deploy(world.context(), other, { wait: false });
  await deploy(world.context(), world.project("less", named("less", "all")), {});
  const fewer = world.project("less", (config) => {
    named("less", "all")(config);
    config.alarms = [];
    delete config.notify;
    delete config.task.role;
  });
  const before = (await leftOf("other")).length;
  const { deleted, remaining } = await destroy(world.context(), fewer, {});
  assert.deepEqual(remaining, []);
  for (const id of ["alarm/less-all-busy", "sns-topic/less-all-alerts", "iam-role/less-all-task"])
    assert.ok(deleted.includes(id), `${id} is not in ${deleted.join(", ")}`);
  assert.deepEqual(await leftOf("less"), []);
  assert.equal((await leftOf("other")).length, before);
});

test("the instances' role and profile, renamed in ecsctl.yaml, go with them", async () => {
  await world.push("crew");
  await deploy(world.context(), world.project("crew"), {});
  const renamed = world.project("crew", (config) => {
    if (config.cluster.capacity) config.cluster.capacity.instanceRole = "crew-other";
  });
  const { remaining, deleted } = await destroy(world.context(), renamed, {});
  assert.deepEqual(remaining, []);
  assert.ok(deleted.includes("iam-role/crew-instance") && deleted.includes("instance-profile/crew-instance"));
  assert.deepEqual(await leftOf("crew"), []);
});

test("a repository of before is kept when images are to be kept", async () => {
  await world.push("album");
  const project = world.project("album");
  await deploy(world.context(), project, { wait: false });
  const renamed = world.project("album", (config) => (config.image.repository = "album-other"));
  const { kept, remaining } = await destroy(world.context(), renamed, { keepImages: true });
  assert.deepEqual(remaining, []);
  assert.deepEqual(kept, [{ resource: "ecr-repository/album-web", why: "--keep-images" }]);
  assert.deepEqual(await leftOf("album"), ["album-web"]);
});

test("the calls follow from what there is of the app, not of the account", async () => {
  const { aws } = world.context();
  for (let number = 0; number < 60; number++)
    await aws.call("logs", "CreateLogGroup", { logGroupName: `/somebody/${number}`, tags: { owner: "somebody" } });
  const looking = world.context();
  await destroy(looking, world.project("nobody"), { dryRun: true });
  assert.ok(looking.aws.calls.length <= 45, String(looking.aws.calls.length));
});
