import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { diffFields, diffTags } from "../../../src/core/resources/diff-fields.ts";
import { autoScalingGroup } from "../../../src/core/resources/auto-scaling-group.ts";
import { capacityProvider } from "../../../src/core/resources/capacity-provider.ts";
import { clusterCapacityProviders } from "../../../src/core/resources/cluster-capacity-providers.ts";
import { cluster } from "../../../src/core/resources/cluster.ts";
import { iamRole, parseTrust, policyArn } from "../../../src/core/resources/iam-role.ts";
import { instanceProfile } from "../../../src/core/resources/instance-profile.ts";
import { launchTemplate } from "../../../src/core/resources/launch-template.ts";
import { logGroup } from "../../../src/core/resources/log-group.ts";
import { scalableTarget } from "../../../src/core/resources/scalable-target.ts";
import type { PolicyConfig } from "../../../src/core/config/scaling-schema.ts";
import { trackingInput } from "../../../src/core/resources/policy-input.ts";
import { scalingPolicy } from "../../../src/core/resources/scaling-policy.ts";
import { securityGroup } from "../../../src/core/resources/security-group.ts";
import { service } from "../../../src/core/resources/service.ts";
import { taskDefinition } from "../../../src/core/resources/task-definition.ts";
import type { LiveParts, Resource } from "../../../src/core/plan/resource.ts";
import { FakeAws, type Answers } from "../../support/fake-aws.ts";
import * as seen from "../../support/aws-answers.ts";

interface Case<Spec> {
  spec: Spec;
  /** What AWS answers when everything is as wanted, with all that AWS adds by itself. */
  answers: Answers;
  /** A wanted value that differs, and the only path that may change. */
  changed: [part: Partial<Spec>, path: string, replace?: true][];
}

/** Reads through AWS's own answers, so that the noise of real answers is in the test. */
function check<Spec, Live extends LiveParts>(
  resource: Resource<Spec, Live>,
  { spec, answers, changed }: Case<Spec>,
): void {
  describe(resource.kind, () => {
    test("as wanted: no difference", async () => {
      const live = await resource.read(new FakeAws(answers), spec);
      assert.ok(live, "it is there");
      assert.deepEqual(resource.diff(spec, live), []);
    });
    test("missing: everything that will be set", () => assert.notDeepEqual(resource.diff(spec, undefined), []));
    for (const [part, path, replace] of changed)
      test(`${path} differs`, async () => {
        const live = await resource.read(new FakeAws(answers), spec);
        const changes = resource.diff({ ...spec, ...part }, live);
        assert.deepEqual(
          changes.map((change) => change.path),
          [path],
        );
        assert.equal(changes[0]?.replace, replace);
      });
  });
}

const tags = seen.tags;
const other = { ...tags, team: "web" };

check(logGroup, {
  spec: { name: "/ecs/web", retentionDays: 14, tags },
  answers: seen.logGroup,
  changed: [
    [{ retentionDays: 30 }, "retentionDays"],
    [{ tags: other }, "tags.team"],
  ],
});

check(iamRole, {
  spec: {
    name: "r",
    principal: "ec2.amazonaws.com",
    policies: ["AmazonEC2ContainerServiceforEC2Role"],
    description: "",
    tags,
  },
  answers: seen.role,
  changed: [
    [{ principal: "ecs-tasks.amazonaws.com" }, "trust"],
    [{ policies: ["AmazonEC2ContainerServiceforEC2Role", "ReadOnlyAccess"] }, "policies[ReadOnlyAccess]"],
    [{ policies: [] }, "policies[AmazonEC2ContainerServiceforEC2Role]"],
    [{ tags: other }, "tags.team"],
  ],
});

check(instanceProfile, {
  spec: { name: "r", role: "r", tags },
  answers: seen.profile,
  changed: [[{ role: "another" }, "role"]],
});

const web = { fromPort: 80, toPort: 80, cidr: "0.0.0.0/0", description: "HTTP" };
check(securityGroup, {
  spec: { name: "g", vpcId: "vpc-1", description: "", ingress: [web], tags },
  answers: seen.securityGroup,
  changed: [
    [{ ingress: [web, { ...web, fromPort: 443, toPort: 443 }] }, "ingress[tcp 443 from 0.0.0.0/0]"],
    [{ ingress: [] }, "ingress[tcp 80 from 0.0.0.0/0]"],
  ],
});

check(launchTemplate, {
  spec: {
    name: "t",
    instanceType: "t2.small",
    imageId: "ami-newer",
    rootDevice: "/dev/xvda",
    imageSource: "/aws/recommended",
    securityGroupId: "sg-1",
    instanceProfile: "r",
    rootVolumeGiB: 30,
    clusterName: "c",
    tags,
  },
  answers: seen.launchTemplate,
  changed: [
    [{ instanceType: "t3.small" }, "instanceType"],
    [{ imageSource: "ami-123" }, "image"],
    [{ securityGroupId: "sg-2" }, "securityGroup"],
    [{ rootVolumeGiB: 40 }, "rootVolume"],
    [{ clusterName: "d" }, "userData"],
  ],
});

check(autoScalingGroup, {
  spec: { name: "g", min: 1, max: 3, launchTemplate: "t", subnetIds: ["b", "a"], protectInstances: true, tags },
  answers: seen.group,
  changed: [
    [{ max: 4 }, "max"],
    [{ subnetIds: ["a"] }, "subnets"],
    [{ protectInstances: false }, "protectInstances"],
  ],
});

check(cluster, { spec: { name: "c", tags }, answers: seen.cluster, changed: [[{ tags: other }, "tags.team"]] });

check(capacityProvider, {
  spec: {
    name: "p",
    clusterName: "c",
    groupArn: "arn:group",
    managedScaling: true,
    targetCapacity: 100,
    warmupSeconds: 300,
    maxStep: 10_000,
    draining: true,
    protection: true,
    tags,
  },
  answers: seen.provider,
  changed: [
    [{ targetCapacity: 80 }, "targetCapacity"],
    [{ groupArn: "arn:other" }, "autoScalingGroup", true],
  ],
});

check(clusterCapacityProviders, { spec: { clusterName: "c", provider: "p" }, answers: seen.cluster, changed: [] });

const plainContainer = { name: "web", port: 80, hostPort: 0, environment: { A: "1", B: "2" } };
const healthCheck = { command: ["CMD-SHELL", "true"], interval: 30, timeout: 5, retries: 3, startPeriod: 0 };

check(taskDefinition, {
  spec: {
    family: "f",
    cpu: 256,
    memory: 512,
    executionRoleArn: "arn:role",
    image: "web@sha256:1",
    container: { name: "web", port: 80, hostPort: 0, environment: { B: "2", A: "1" } },
    logs: { group: "/ecs/web", region: "us-east-1", streamPrefix: "ecs" },
    tags,
  },
  answers: seen.taskDefinition,
  changed: [
    [{ cpu: 512 }, "cpu"],
    [{ image: "web@sha256:2" }, "image"],
    [{ container: { name: "web", port: 80, hostPort: 0, environment: { A: "1" } } }, "environment"],
    [{ container: { name: "web", port: 80, hostPort: 80, environment: { A: "1", B: "2" } } }, "ports"],
    [{ container: { name: "web", port: 80, hostPort: 0, environment: { A: "1", B: "2" }, command: ["x"] } }, "command"],
    [{ container: { ...plainContainer, secrets: { DB: "/db" } } }, "secrets"],
    [{ container: { ...plainContainer, healthCheck } }, "healthCheck"],
    [{ logs: { group: "/ecs/other", region: "us-east-1", streamPrefix: "ecs" } }, "logs"],
  ],
});

check(service, {
  spec: {
    clusterName: "c",
    name: "s",
    taskDefinitionArn: "arn:task:1",
    desiredCount: 1,
    capacityProvider: "p",
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    scaled: false,
    tags,
  },
  answers: seen.service,
  changed: [
    [{ taskDefinitionArn: "arn:task:2" }, "taskDefinition"],
    [{ desiredCount: 2 }, "desiredCount"],
    [{ capacityProvider: undefined }, "capacity"],
    [{ maximumPercent: 150 }, "maximumPercent"],
    [{ failedTasks: 5 }, "circuitBreaker"],
    [{ alarms: ["errors"] }, "alarms"],
    [{ fast: true }, "earlySuccess"],
  ],
});

test("a service that is scaled keeps the count that the scaling chose", async () => {
  const spec = {
    clusterName: "c",
    name: "s",
    taskDefinitionArn: "arn:task:1",
    desiredCount: 9,
    capacityProvider: "p",
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    tags,
  };
  const unknown = await service.read(new FakeAws(seen.service), { ...spec, scaled: true });
  assert.deepEqual(service.diff({ ...spec, scaled: true }, unknown), [], "ecsctl.yaml says that it is scaled");
  const answers = { ...seen.service, DescribeScalableTargets: { ScalableTargets: [{}] } };
  const live = await service.read(new FakeAws(answers), { ...spec, scaled: false });
  assert.deepEqual(service.diff({ ...spec, scaled: false }, live), [], "AWS says that it is scaled");
});

check(scalableTarget, {
  spec: { resourceId: "service/c/s", min: 1, max: 3, tags },
  answers: { DescribeScalableTargets: { ScalableTargets: [{ MinCapacity: 1, MaxCapacity: 3 }] } },
  changed: [[{ max: 4 }, "max"]],
});

const tracking = (other: Partial<PolicyConfig>) =>
  trackingInput(
    { cluster: "c", service: "s" },
    { name: "p", type: "target-tracking", metric: "cpu", target: 50, scaleOutCooldown: "30s", ...other },
  );

check(scalingPolicy, {
  spec: {
    resourceId: "service/c/s",
    name: "p",
    input: tracking({}),
  },
  answers: seen.policy,
  changed: [
    [{ input: tracking({ target: 60 }) }, "target"],
    [{ input: tracking({ metric: "memory" }) }, "metric"],
    [{ input: tracking({ scaleOutCooldown: "60s" }) }, "scaleOutCooldown"],
    [{ input: tracking({ disableScaleIn: true }) }, "disableScaleIn"],
  ],
});

test("target tracking whose alarms somebody deleted is put again: that makes them anew", async () => {
  const spec = { resourceId: "service/c/s", name: "p", input: tracking({}) };
  const live = await scalingPolicy.read(new FakeAws(seen.policy), spec);
  assert.ok(live);
  assert.deepEqual(
    scalingPolicy.diff(spec, { ...live, alarms: [] }).map(({ path }) => path),
    ["alarms"],
  );
});

test("nothing is nothing, however AWS says it", () => {
  for (const nothing of [undefined, null, "", [], {}, { a: [] }])
    for (const other of [undefined, null, "", [], {}, { b: null }])
      assert.deepEqual(diffFields({ x: nothing }, { x: other }), []);
  assert.deepEqual(diffFields({ x: { a: 1, b: [] } }, { x: { b: null, a: 1 } }), []);
  assert.equal(diffFields({ x: 0 }, { x: undefined }).length, 1);
  assert.equal(diffFields({ x: false }, { x: undefined }).length, 1);
});

test("other people's tags stay", () => {
  assert.deepEqual(diffTags({ a: "1" }, { a: "1", theirs: "x" }), []);
  assert.deepEqual(diffTags({ a: "1" }, { a: "2" }), [{ path: "tags.a", from: "2", to: "1" }]);
});

describe("IAM", () => {
  const arns: [policy: string, region: string, arn: string][] = [
    ["ReadOnlyAccess", "us-east-1", "arn:aws:iam::aws:policy/ReadOnlyAccess"],
    [
      "AmazonECSTaskExecutionRolePolicy",
      "us-east-1",
      "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    ],
    ["ReadOnlyAccess", "cn-north-1", "arn:aws-cn:iam::aws:policy/ReadOnlyAccess"],
    ["arn:aws:iam::1:policy/x/own", "us-east-1", "arn:aws:iam::1:policy/x/own"],
  ];
  for (const [policy, region, arn] of arns)
    test(`${policy} in ${region}`, () => assert.equal(policyArn(policy, region), arn));

  test("a trust policy may have one statement or many, and is URL-encoded", () => {
    const one = encodeURIComponent('{"Version":"2012-10-17","Statement":{"Effect":"Allow"}}');
    assert.deepEqual(parseTrust(one).Statement, [{ Effect: "Allow" }]);
    assert.deepEqual(parseTrust(undefined).Statement, []);
  });

  test("what others attached to a role that is not ours stays", async () => {
    const answers = { ...seen.role, GetRole: { Role: { ...seen.role.GetRole.Role, Tags: [] } } };
    const spec = { name: "r", principal: "ec2.amazonaws.com", policies: [], description: "", tags: {} };
    const live = await iamRole.read(new FakeAws(answers), spec);
    assert.deepEqual(iamRole.diff({ ...spec, tags }, live), [{ path: "tags.ecsctl:app", to: "app" }]);
  });
});
