import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Aws } from "../../src/core/aws/aws.ts";
import type { Project } from "../../src/core/config/project.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
let project: Project;
let aws: Aws;

before(async () => {
  world = await DeployWorld.open();
  aws = world.sandbox.aws();
  await world.push("drift");
  project = world.project("drift", (config) => {
    config.scaling = { min: 1, max: 3, policies: [] };
    config.task.role = {
      name: "drift-task",
      policies: [],
      permissions: [{ actions: ["ecs:DescribeServices"], resources: ["*"] }],
    };
  });
  await deploy(world.context(), project, {});
});
after(() => world.close());

/** What a plan would put back: `kind path`, each with its hint. */
async function drifted(): Promise<string[]> {
  const context = world.context();
  const { steps } = await plan(context, project, {});
  assert.deepEqual(changingCalls(context.aws), []);
  const changed = steps.filter(({ action }) => action !== "keep");
  for (const { title, notes } of changed)
    assert.ok(
      notes.some((note) => /changed in AWS, not in ecsctl\.yaml|is gone/.test(note)),
      `${title} has a hint`,
    );
  return changed.flatMap(({ resource, action, changes }) =>
    action === "create" ? [`${resource} gone`] : changes.map(({ path }) => `${resource} ${path}`),
  );
}

const service = { cluster: "drift-cluster", service: "drift-service" };
const group = { AutoScalingGroupName: "instances-drift" };

async function firewall(): Promise<string> {
  const { SecurityGroups = [] } = await aws.call("ec2", "DescribeSecurityGroups", {});
  return SecurityGroups.find(({ GroupName }) => GroupName === "instances-drift")?.GroupId ?? "";
}

async function subnets(): Promise<string[]> {
  const answer = await aws.call("autoscaling", "DescribeAutoScalingGroups", {
    AutoScalingGroupNames: [group.AutoScalingGroupName],
  });
  return (answer.AutoScalingGroups?.[0]?.VPCZoneIdentifier ?? "").split(",");
}

test("nothing is drift where nobody did anything", async () => assert.deepEqual(await drifted(), []));

test("what scaling owns is never drift: the count of tasks and of instances", async () => {
  await aws.call("ecs", "UpdateService", { ...service, desiredCount: 3 });
  await aws.call("autoscaling", "UpdateAutoScalingGroup", { ...group, DesiredCapacity: 2 });
  assert.deepEqual(await drifted(), []);
});

const byHand: readonly [what: string, change: () => Promise<unknown>, paths: string[]][] = [
  [
    "the service's rollout",
    () =>
      aws.call("ecs", "UpdateService", {
        ...service,
        deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 200 },
      }),
    ["ecs-service minimumHealthyPercent"],
  ],
  [
    "the group's subnets",
    async () =>
      aws.call("autoscaling", "UpdateAutoScalingGroup", { ...group, VPCZoneIdentifier: (await subnets())[0] ?? "" }),
    ["auto-scaling-group subnets"],
  ],
  [
    "the group's maximum",
    () => aws.call("autoscaling", "UpdateAutoScalingGroup", { ...group, MaxSize: 9 }),
    ["auto-scaling-group max"],
  ],
  [
    "a rule of the firewall",
    async () =>
      aws.call("ec2", "AuthorizeSecurityGroupIngress", {
        GroupId: await firewall(),
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      }),
    ["security-group ingress[tcp 22 from 0.0.0.0/0]"],
  ],
  [
    "the launch template",
    async () => {
      const { LaunchTemplateVersions = [] } = await aws.call("ec2", "DescribeLaunchTemplateVersions", {
        LaunchTemplateName: "instances-drift",
        Versions: ["$Latest"],
      });
      const data = LaunchTemplateVersions[0]?.LaunchTemplateData;
      const { TagSpecifications: _tags, ...rest } = data ?? {};
      return aws.call("ec2", "CreateLaunchTemplateVersion", {
        LaunchTemplateName: "instances-drift",
        LaunchTemplateData: { ...(rest as object), InstanceType: "t3.large" },
      });
    },
    ["launch-template instanceType"],
  ],
  [
    "the task role's permissions",
    () =>
      aws.call("iam", "PutRolePolicy", {
        RoleName: "drift-task",
        PolicyName: "ecsctl",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
        }),
      }),
    ["iam-role permissions"],
  ],
  [
    "the task role's policies",
    () =>
      aws.call("iam", "AttachRolePolicy", {
        RoleName: "drift-task",
        PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    ["iam-role policies[AdministratorAccess]"],
  ],
  [
    "the log group",
    () => aws.call("logs", "PutRetentionPolicy", { logGroupName: "/ecs/drift", retentionInDays: 365 }),
    ["log-group retentionDays"],
  ],
];

for (const [what, change, paths] of byHand)
  test(`${what}, changed by hand, shows with a hint, and a deploy puts it back`, async () => {
    await change();
    const found = await drifted();
    for (const path of paths) assert.ok(found.includes(path), `${path} is not in ${found.join("; ")}`);
    await deploy(world.context(), project, {});
    assert.deepEqual(await drifted(), []);
  });

test("what was deleted by hand shows as gone", async () => {
  await aws.call("logs", "DeleteLogGroup", { logGroupName: "/ecs/drift" });
  assert.deepEqual(await drifted(), ["log-group gone"]);
});

test("a change of the file is no drift: no hint", async () => {
  const config = structuredClone(project.config);
  config.service.maximumPercent = 150;
  await aws.call("autoscaling", "UpdateAutoScalingGroup", { ...group, MaxSize: 8 });
  const { steps } = await plan(world.context(), { ...project, config }, {});
  const other = steps.find(({ resource }) => resource === "auto-scaling-group");
  assert.match(other?.notes.join() ?? "", /^changed in AWS/, "what the file did not touch is drift all the same");
  const step = steps.find(({ resource }) => resource === "ecs-service");
  assert.deepEqual(
    step?.changes.map(({ path }) => path),
    ["maximumPercent"],
  );
  assert.deepEqual(step?.notes, []);
});

test("another image is no drift: no hint", async () => {
  await world.push("drift", "2");
  const { steps } = await plan(world.context(), project, {});
  const step = steps.find(({ resource }) => resource === "task-definition");
  assert.equal(step?.action, "update");
  assert.deepEqual(step?.notes, []);
});
