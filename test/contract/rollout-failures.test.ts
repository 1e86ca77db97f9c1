import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import type { Context } from "../../src/core/context.ts";
import { deploy, type DeployOptions } from "../../src/core/operations/deploy.ts";
import type { Project } from "../../src/core/config/project.ts";
import { instances } from "../../src/sandbox/world/records/ec2.ts";
import { containerInstances } from "../../src/sandbox/world/records/ecs.ts";
import { commandOf, ProgramWorld } from "../support/programs.ts";

let world: ProgramWorld;
let shop: Project;
before(async () => {
  world = await ProgramWorld.open(100);
  shop = await world.project("shop");
  assert.equal((await deploy(world.context(), shop, {})).deployment.status, "completed");
});
after(() => world.close());

/** Another revision of the shop, which is to fail; the reason that is told. */
async function failWith(
  change: (task: Project["config"]["task"]) => void,
  options: DeployOptions = {},
  context: Context = world.context(),
): Promise<string> {
  const task = structuredClone(shop.config.task);
  change(task);
  const { deployment } = await deploy(context, { ...shop, config: { ...shop.config, task } }, options);
  assert.equal(deployment.status, "failed", deployment.reason ?? "");
  return deployment.reason ?? "";
}
const command = (what: Parameters<typeof commandOf>[0]) => (task: Project["config"]["task"]) => {
  task.container.command = commandOf(what);
};
const host = () => new URL(world.sandbox.url).host;

describe("an image that cannot be pulled: which of", () => {
  test("the tag", async () => {
    const reason = await failWith(() => {}, { image: `${host()}/shop-web:nope` });
    assert.match(reason, /CannotPullContainerError: .*shop-web:nope: not found/);
    assert.match(reason, /^tag: .*`ecsctl push`/m);
  });

  test("the repository", async () => {
    const reason = await failWith(() => {}, { image: `${host()}/nowhere:1` });
    assert.match(reason, /CannotPullContainerError: .*repository nowhere not found/);
    assert.match(reason, /^repository: it does not exist/m);
  });

  test("the permission", async () => {
    const aws = world.sandbox.aws();
    const RoleName = "shop-execution";
    const { AttachedPolicies = [] } = await aws.call("iam", "ListAttachedRolePolicies", { RoleName });
    const arns = AttachedPolicies.map(({ PolicyArn }) => PolicyArn ?? "");
    const detach = () =>
      Promise.all(arns.map((PolicyArn) => aws.call("iam", "DetachRolePolicy", { RoleName, PolicyArn })));
    const reason = await failWith(command("serve"), {}, world.contextThat("task-definition", detach));
    assert.match(reason, /CannotPullECRContainerError: AccessDeniedException: .*ecr:GetAuthorizationToken/);
    assert.match(reason, /^permission: the execution role may not pull/m);
  });
});

describe("a program that ends", () => {
  test("the exit code, and its last twenty lines", async () => {
    const reason = await failWith(command("exit"));
    assert.match(reason, /Essential container in task exited; container web-container: exit code 3/);
    assert.match(reason, /its last log lines:\n {2}line 11\n/);
    assert.match(reason, /\n {2}line 30/);
    assert.doesNotMatch(reason, /line 10\n/);
  });

  test("out of memory", async () => {
    const reason = await failWith(command("eat"));
    assert.match(reason, /exit code 137, OutOfMemoryError: Container killed due to memory usage/);
    assert.match(reason, /^memory: the container used more than its limit/m);
  });
});

describe("what a task needs and does not find", () => {
  test("the log group", async () => {
    const aws = world.sandbox.aws();
    const remove = () => aws.call("logs", "DeleteLogGroup", { logGroupName: "/ecs/shop" });
    const reason = await failWith(command("serve"), {}, world.contextThat("task-definition", remove));
    assert.match(reason, /failed to initialize logging driver: .*The specified log group does not exist/);
    assert.match(reason, /^log group: it was deleted/m);
  });

  test("a port that another program holds", async () => {
    const [instance] = containerInstances(world.sandbox.region).values();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, instance?.address, resolve));
    const address = other.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    try {
      const reason = await failWith((task) => (task.container.hostPort = port));
      assert.match(reason, new RegExp(`Bind for .*:${port} failed: port is already allocated`));
      assert.match(reason, /^port: something on the instance holds it/m);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test("a role", async () => {
    const aws = world.sandbox.aws();
    const RoleName = "shop-execution";
    const remove = async () => {
      const { AttachedPolicies = [] } = await aws.call("iam", "ListAttachedRolePolicies", { RoleName });
      for (const { PolicyArn } of AttachedPolicies)
        await aws.call("iam", "DetachRolePolicy", { RoleName, PolicyArn: PolicyArn ?? "" });
      await aws.call("iam", "DeleteRole", { RoleName });
    };
    const reason = await failWith(command("serve"), {}, world.contextThat("task-definition", remove));
    assert.match(reason, /unable to assume the role 'arn:aws:iam::123456789012:role\/shop-execution'/);
    assert.match(reason, /^role: it is missing or trusts somebody else/m);
    assert.match(reason, /`ecsctl rollback` takes the service back/);
  });
});

describe("no room", () => {
  test("what was missing where: figures, and why there is no further instance", async () => {
    const wide = await world.project("wide", (config) => (config.service.desiredCount = 5));
    const { deployment } = await deploy(world.context(), wide, { timeoutSeconds: 120 });
    assert.equal(deployment.status, "timed out");
    const reason = deployment.reason ?? "";
    assert.match(reason, /4 of 5 tasks running/);
    assert.match(reason, /a task needs 256 CPU units and 256 MiB; i-\w+ has 0 CPU units and \d+ MiB left/);
    assert.match(reason, /Auto Scaling group instances-wide is at its maximum of 1/);
  });

  test("a host port that two tasks of one instance want", async () => {
    const narrow = await world.project("narrow", (config) => {
      config.service.desiredCount = 2;
      config.task.container.hostPort = 8099;
    });
    const { deployment } = await deploy(world.context(), narrow, { timeoutSeconds: 120 });
    assert.equal(deployment.status, "timed out");
    assert.match(deployment.reason ?? "", /a task needs .*port 8099; i-\w+ has .*, port 8099 is taken/);
  });

  test("instances that cannot be launched: the third failure that is like the others ends it", async () => {
    const stuck = await world.project("stuck");
    const aws = world.sandbox.aws();
    const remove = async () => {
      const InstanceProfileName = "stuck-instance";
      await aws.call("iam", "RemoveRoleFromInstanceProfile", { InstanceProfileName, RoleName: InstanceProfileName });
      await aws.call("iam", "DeleteInstanceProfile", { InstanceProfileName });
      const members = [...instances(world.sandbox.region).values()].filter(
        (one) => one.groupName === "instances-stuck",
      );
      for (const { id } of members) world.sandbox.faults.loseInstance(id);
    };
    await assert.rejects(deploy(world.contextThat("auto-scaling-group", remove), stuck, {}), {
      code: "InstancesFailed",
      exitCode: 5,
      why: /3 launches failed alike: .*Invalid IAM Instance Profile name/,
    });
  });
});
