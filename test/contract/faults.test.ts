import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { addCapacity } from "../support/capacity.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

let sandbox: TestSandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());
afterEach(() => sandbox.faults.clear());

const allow = (Action: unknown, Resource: unknown = "*", Effect = "Allow") => ({ Effect, Action, Resource });
const enforce = (...Statement: object[]) =>
  sandbox.faults.add({ kind: "policy", policy: { Version: "2012-10-17", Statement } });

describe("throttling and failures speak each service's language", () => {
  for (const [kind, ecs, ec2, iam] of [
    ["throttle", "ThrottlingException", "RequestLimitExceeded", "Throttling"],
    ["fail", "ServerException", "InternalError", "InternalFailure"],
  ] as const)
    test(kind, async () => {
      sandbox.faults.add({ kind });
      const aws = sandbox.aws();
      await Promise.all([
        assert.rejects(aws.call("ecs", "ListClusters", {}), { name: ecs }),
        assert.rejects(aws.call("ec2", "DescribeVpcs", {}), { name: ec2 }),
        assert.rejects(aws.call("iam", "GetRole", { RoleName: "x" }), { name: iam }),
      ]);
    });

  test("some of the calls of one operation; the others are answered; it ends by itself", async () => {
    sandbox.faults.add({ kind: "throttle", percent: 30, service: "ecs", operation: "list*", forSeconds: 60 });
    const aws = sandbox.aws();
    for (let call = 0; call < 10; call++) await aws.call("ecs", "ListClusters", {});
    await aws.call("ecs", "DescribeClusters", {});
    const [fault] = sandbox.faults.list();
    assert.ok(fault && fault.hits > 0 && fault.hits < 10, `${fault?.hits} hits`);
    await sandbox.advance(61);
    assert.deepEqual(sandbox.faults.list(), []);
  });

  test("the service must exist", () => {
    assert.throws(() => sandbox.faults.add({ kind: "fail", service: "nope" }), /no service nope; it has .*ecs/);
  });
});

test("a lost answer: the work was done, the client hears of a broken connection", async () => {
  sandbox.faults.add({ kind: "lose-answers", operation: "CreateCluster" });
  const aws = sandbox.aws();
  await assert.rejects(aws.call("ecs", "CreateCluster", { clusterName: "lost" }), /hang up|ECONNRESET|aborted/);
  const { clusters } = await aws.call("ecs", "DescribeClusters", { clusters: ["lost"] });
  assert.equal(clusters?.[0]?.status, "ACTIVE");
});

test("reads lag writes, of the service that was named", async () => {
  sandbox.faults.add({ kind: "lag", seconds: 3, service: "ecs" });
  const aws = sandbox.aws();
  const isThere = async () =>
    (await aws.call("ecs", "DescribeClusters", { clusters: ["late"] })).clusters?.length === 1;
  await aws.call("ecs", "CreateCluster", { clusterName: "late" });
  await aws.call("logs", "CreateLogGroup", { logGroupName: "/at/once" });
  assert.equal(await isThere(), false);
  const { logGroups } = await aws.call("logs", "DescribeLogGroups", { logGroupNamePrefix: "/at/once" });
  assert.equal(logGroups?.length, 1);
  await sandbox.advance(2);
  assert.equal(await isThere(), false);
  await sandbox.advance(2);
  assert.equal(await isThere(), true);
  await aws.call("ecs", "DeleteCluster", { cluster: "late" });
  const { clusters } = await aws.call("ecs", "DescribeClusters", { clusters: ["late"] });
  assert.equal(clusters?.[0]?.status, "ACTIVE", "a deletion is not seen at once either");
});

describe("a policy", () => {
  const user = "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform:";

  test("what no statement allows is refused, in AWS's words", async () => {
    enforce(allow(["ecs:Describe*", "ecs:ListClusters"]));
    const aws = sandbox.aws();
    await aws.call("ecs", "ListClusters", {});
    await aws.call("sts", "GetCallerIdentity", {});
    await assert.rejects(aws.call("ecs", "CreateCluster", { clusterName: "web" }), {
      name: "AccessDeniedException",
      message:
        `${user} ecs:CreateCluster on resource: arn:aws:ecs:us-east-1:123456789012:cluster/web ` +
        "because no identity-based policy allows the ecs:CreateCluster action",
    });
    await assert.rejects(aws.call("iam", "GetRole", { RoleName: "r" }), {
      name: "AccessDenied",
      message: /perform: iam:GetRole on resource: arn:aws:iam::123456789012:role\/r because/,
    });
    await assert.rejects(aws.call("ec2", "DescribeVpcs", {}), {
      name: "UnauthorizedOperation",
      message: /^You are not authorized to perform this operation\. User: .* ec2:DescribeVpcs on resource: \* because/,
    });
  });

  test("resources, and a Deny that beats every Allow", async () => {
    enforce(
      allow("*", "arn:aws:logs:*:*:log-group:/ecs/*"),
      allow("logs:*", "arn:aws:logs:*:*:log-group:/ecs/secret*", "Deny"),
    );
    const aws = sandbox.aws();
    await aws.call("logs", "CreateLogGroup", { logGroupName: "/ecs/web" });
    await assert.rejects(aws.call("logs", "CreateLogGroup", { logGroupName: "/ecs/secret" }), {
      message: /with an explicit deny in an identity-based policy$/,
    });
    await assert.rejects(aws.call("logs", "CreateLogGroup", { logGroupName: "/other" }), {
      name: "AccessDeniedException",
    });
  });

  test("a role can only be passed to whom the policy names", async () => {
    const role = "arn:aws:iam::123456789012:role/execution";
    const register = () =>
      sandbox.aws().call("ecs", "RegisterTaskDefinition", {
        family: "web",
        executionRoleArn: role,
        containerDefinitions: [{ name: "web", image: "web", memory: 64 }],
      });
    const pass = (service: string) => ({
      ...allow("iam:PassRole", role),
      Condition: { StringEquals: { "iam:PassedToService": service } },
    });
    enforce(allow("ecs:*"), pass("ec2.amazonaws.com"));
    await assert.rejects(register(), { message: /perform: iam:PassRole on resource: arn:aws:iam::.*role\/execution/ });
    enforce(allow("ecs:*"), pass("ecs-tasks.amazonaws.com"));
    await register();
  });

  test("what the sandbox cannot evaluate is refused, not ignored", () => {
    const condition = { ...allow("ecs:*"), Condition: { Bool: { "aws:SecureTransport": "true" } } };
    assert.throws(() => enforce(condition), /statement 1: .*cannot evaluate.*Bool aws:SecureTransport/);
    assert.throws(() => enforce({ Effect: "Maybe", Action: "*", Resource: "*" }), /Effect must be Allow or Deny/);
    assert.throws(() => enforce({ Effect: "Allow", Action: "*" }), /statement 1 has no Resource/);
    assert.throws(() => sandbox.faults.add({ kind: "policy", policy: {} }), /no Statement/);
  });
});

test("an instance is lost, and the machine goes", async () => {
  const aws = sandbox.aws();
  await aws.call("ecs", "CreateCluster", { clusterName: "machines" });
  await addCapacity(sandbox, "machines");
  const lost = sandbox.faults.loseInstance();
  const { Reservations } = await aws.call("ec2", "DescribeInstances", { InstanceIds: [lost] });
  const [instance] = Reservations?.[0]?.Instances ?? [];
  assert.equal(instance?.State?.Name, "shutting-down");
  assert.equal(instance?.StateReason?.Code, "Server.InternalError");
  assert.throws(() => sandbox.faults.loseInstance(lost), /no running instance i-/);
});
