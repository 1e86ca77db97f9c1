import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Secret } from "@aws-sdk/client-ecs";
import { roles } from "../../../../src/sandbox/services/iam/records.ts";
import { service as secretsManager } from "../../../../src/sandbox/services/secretsmanager/service.ts";
import { service as ssm } from "../../../../src/sandbox/services/ssm/service.ts";
import type { Call } from "../../../../src/sandbox/wire/api.ts";
import { defaultSubnets } from "../../../../src/sandbox/world/network.ts";
import { EcsWorld, webTask } from "../../../support/ecs-world.ts";

const executionRoleArn = "arn:aws:iam::123456789012:role/shop-execution";
const value = "hunter2-hunter2";

/** Calls a service that has nothing to do with ECS. */
function callOf(sandbox: EcsWorld): Call {
  return { service: "", operation: "", region: sandbox.region, requestId: "1", protocol: "json1.1" };
}

function allow(sandbox: EcsWorld, ...actions: string[]): void {
  roles(sandbox.world.global).set("shop-execution", {
    name: "shop-execution",
    id: "AROA2",
    arn: executionRoleArn,
    path: "/",
    trustPolicy: "ecs-tasks.amazonaws.com",
    maxSessionSeconds: 3600,
    createdAt: new Date(0),
    tags: [],
    attached: [],
    inline: { own: JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] }) },
  });
}

/** A service on Fargate (or on an instance) whose task has those secrets. */
async function serve(sandbox: EcsWorld, secrets: Secret[], fargate = true): Promise<void> {
  const [container] = webTask.containerDefinitions ?? [];
  await sandbox.start(1);
  const containerDefinitions = [{ ...container, portMappings: [{ containerPort: 80 }], secrets }];
  const network = fargate ? "awsvpc" : "bridge";
  await sandbox.register({ networkMode: network, executionRoleArn, containerDefinitions });
  const subnets = defaultSubnets(sandbox.region).map((one) => one.id);
  await sandbox.createService({
    taskDefinition: "web",
    launchType: fargate ? "FARGATE" : "EC2",
    ...(fargate ? { networkConfiguration: { awsvpcConfiguration: { subnets, assignPublicIp: "ENABLED" } } } : {}),
  });
}

const stoppedReasons = async (sandbox: EcsWorld): Promise<string[]> => {
  await sandbox.until(async () => (await sandbox.tasks("STOPPED")).length > 0);
  return (await sandbox.tasks("STOPPED")).map(({ stoppedReason = "" }) => stoppedReason);
};

describe("secrets of a task", () => {
  let sandbox: EcsWorld;
  let arn: string;
  before(async () => {
    sandbox = new EcsWorld();
    allow(sandbox, "ssm:GetParameters", "secretsmanager:GetSecretValue");
    const call = callOf(sandbox);
    await ssm.handlers.PutParameter?.({ Name: "/shop/db", Value: value, Type: "SecureString" }, call);
    const SecretString = JSON.stringify({ user: "shop", port: 5432 });
    const made = await secretsManager.handlers.CreateSecret?.({ Name: "shop/login", SecretString }, call);
    arn = made?.ARN ?? "";
    await serve(sandbox, [
      { name: "DB", valueFrom: "/shop/db" },
      { name: "DB_BY_ARN", valueFrom: "arn:aws:ssm:us-east-1:123456789012:parameter/shop/db" },
      { name: "LOGIN", valueFrom: arn },
      { name: "USER", valueFrom: `${arn}:user::` },
      { name: "PORT", valueFrom: `${arn}:port:AWSCURRENT:` },
    ]);
    await sandbox.until(() => sandbox.runtime.running.size > 0);
  });

  test("are variables of its containers, looked up when it starts", () => {
    const [spec] = sandbox.runtime.running.values();
    const { DB, DB_BY_ARN, LOGIN, USER, PORT } = spec?.environment ?? {};
    assert.deepEqual(
      { DB, DB_BY_ARN, LOGIN, USER, PORT },
      { DB: value, DB_BY_ARN: value, LOGIN: '{"user":"shop","port":5432}', USER: "shop", PORT: "5432" },
    );
  });

  test("are told by no description: only where they are", async () => {
    const told = JSON.stringify([
      await sandbox.tasks(),
      await sandbox.service(),
      await sandbox.call("DescribeTaskDefinition", { taskDefinition: "web" }),
    ]);
    assert.ok(told.includes(arn));
    assert.ok(!told.includes(value));
  });
});

describe("a secret that cannot be had stops the task", () => {
  const missing = "arn:aws:secretsmanager:us-east-1:123456789012:secret:nothing-AbCdEf";
  const begin =
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed";
  for (const { what, secret, fargate, actions, reason } of [
    {
      what: "on Fargate, one that Secrets Manager does not know",
      secret: missing,
      fargate: true,
      actions: ["secretsmanager:GetSecretValue"],
      reason: `${begin}: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${missing} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    },
    {
      what: "on Fargate, a parameter that is not there",
      secret: "/shop/nothing",
      fargate: true,
      actions: ["ssm:GetParameters"],
      reason: `${begin}: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid parameters: /shop/nothing`,
    },
    {
      what: "on an instance",
      secret: "/shop/nothing",
      fargate: false,
      actions: ["ssm:*"],
      reason: "Fetching secret data from SSM Parameter Store in us-east-1: invalid parameters: /shop/nothing",
    },
    {
      what: "one that the execution role may not read",
      secret: "/shop/nothing",
      fargate: true,
      actions: ["ssm:GetParameter"],
      reason:
        /AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role\/shop-execution\/\w{32} is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:us-east-1:123456789012:parameter\/shop\/nothing because no identity-based policy allows the ssm:GetParameters action$/,
    },
  ])
    test(what, async () => {
      const sandbox = new EcsWorld();
      allow(sandbox, ...actions);
      await serve(sandbox, [{ name: "SECRET", valueFrom: secret }], fargate);
      const [told = ""] = await stoppedReasons(sandbox);
      if (typeof reason === "string") assert.equal(told, reason);
      else assert.match(told, reason);
      const [task] = await sandbox.tasks("STOPPED");
      assert.equal(task?.stopCode, "TaskFailedToStart");
    });

  test("and a task definition without an execution role may have none", async () => {
    const [container] = webTask.containerDefinitions ?? [];
    const containerDefinitions = [{ ...container, secrets: [{ name: "A", valueFrom: "/a" }] }];
    await assert.rejects(new EcsWorld().register({ containerDefinitions }), { message: /executionRoleArn/ });
  });
});
