import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { type Config, loadBalancerSchema } from "../../src/core/config/schema.ts";
import { containerHealthSchema, deploymentSchema } from "../../src/core/config/task-schema.ts";
import { deploy, type DeployResult } from "../../src/core/operations/deploy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { listEndpoints } from "../../src/core/operations/list-endpoints.ts";
import { commandOf, ProgramWorld } from "../support/programs.ts";
import { fakeCredentials } from "../support/sandbox.ts";

let world: ProgramWorld;
before(async () => {
  world = await ProgramWorld.open(50);
});
after(() => world.close());

/** A first deploy of such an app. */
async function deployed(app: string, change: (config: Config) => void): Promise<DeployResult["deployment"]> {
  return (await deploy(world.context(), await world.project(app, change), {})).deployment;
}

async function failure(app: string, change: (config: Config) => void): Promise<string> {
  const { status, reason } = await deployed(app, change);
  assert.equal(status, "failed", reason ?? "");
  return reason ?? "";
}

test("the load balancer's health check: what was asked, and the status of the answer", async () => {
  const reason = await failure("lost", (config) => {
    config.task.container.command = commandOf("lost");
    const healthCheck = { path: "/up", interval: "5s", timeout: "2s", gracePeriod: "150s" };
    config.loadBalancer = loadBalancerSchema.parse({ healthCheck });
  });
  assert.match(reason, /Task failed ELB health checks in \(target-group arn:/);
  assert.match(
    reason,
    /the load balancer asks for \/up and wants 200 within 2 s: Health checks failed with these codes: \[404\]/,
  );
  assert.match(reason, /^health check: nothing is at that path\. Set loadBalancer\.healthCheck\.path/m);
});

test("the container's own health check: the command, and what to look at", async () => {
  const reason = await failure("sick", (config) => {
    config.task.container.healthCheck = containerHealthSchema.parse({
      command: "curl -f http://localhost/up || exit 1",
      interval: "5s",
    });
    config.task.container.command = commandOf("lost");
  });
  assert.match(reason, /Task failed container health checks/);
  assert.match(
    reason,
    /container web-container failed `curl -f http:\/\/localhost\/up \|\| exit 1` 3 times, every 5 s/,
  );
  assert.match(reason, /^health check: the command in task\.container\.healthCheck must end with 0/m);
});

test("a secret that is not there", async () => {
  const reason = await failure("forgetful", (config) => {
    config.task.container.secrets = { GREETING: "/forgetful/greeting" };
  });
  assert.match(reason, /Fetching secret data from SSM Parameter Store in us-east-1: invalid parameters: \/forgetful/);
  assert.match(reason, /^secret: it is not there, in this region, under that name/m);
});

test("a secret that the execution role may not read", async () => {
  const project = await world.project("curious", (config) => {
    config.task.container.secrets = { GREETING: "/curious/greeting" };
  });
  const aws = world.sandbox.aws();
  const PolicyName = "ecsctl-curious-secrets";
  const remove = () => aws.call("iam", "DeleteRolePolicy", { RoleName: "curious-execution", PolicyName });
  const { deployment } = await deploy(world.contextThat("task-definition", remove), project, {});
  assert.equal(deployment.status, "failed");
  assert.match(
    deployment.reason ?? "",
    /AccessDeniedException: User: .* is not authorized to perform: ssm:GetParameters/,
  );
  assert.match(deployment.reason ?? "", /^permission: the execution role may not read the secret/m);
});

test("with the secret there, the plan shows the permission and never the value, and the program gets it", async () => {
  const client = new SSMClient({ region: "us-east-1", endpoint: world.sandbox.url, credentials: fakeCredentials });
  const Value = "from-the-parameter-store";
  await client.send(new PutParameterCommand({ Name: "/polite/greeting", Value, Type: "SecureString" }));
  client.destroy();
  const project = await world.project("polite", (config) => {
    config.task.container.secrets = { GREETING: "/polite/greeting" };
    config.task.container.healthCheck = containerHealthSchema.parse({
      command: ["curl", "-f", "http://localhost/env"],
      interval: "5s",
    });
  });
  const planned = await plan(world.context(), project, {});
  const role = planned.steps.find(({ id }) => id === "iam-role/polite-execution");
  const permission = "ssm:GetParameters on arn:aws:ssm:us-east-1:*:parameter/polite/greeting";
  assert.deepEqual(role?.changes.find(({ path }) => path === "permissions")?.to, [permission]);
  const context = world.context();
  const { deployment } = await deploy(context, project, {});
  assert.equal(deployment.status, "completed", deployment.reason ?? "");
  const { endpoints } = await listEndpoints(context, project);
  const answer = await fetch(new URL("/env", endpoints[0]?.url));
  assert.equal(await answer.text(), `hello ${Value}`);
  assert.ok(!JSON.stringify([planned, context.events, context.aws.calls]).includes(Value));
  assert.equal((await plan(world.context(), project, {})).changes, 0, "no difference is left");
});

test("a secret that takes another's place leaves the permission that a rollback needs", async () => {
  const project = await world.project("polite", (config) => {
    config.task.container.secrets = { GREETING: "/polite/other" };
  });
  const planned = await plan(world.context(), project, {});
  const role = planned.steps.find(({ id }) => id === "iam-role/polite-execution");
  const arn = "arn:aws:ssm:us-east-1:*:parameter/polite";
  assert.deepEqual(role?.changes, [
    {
      path: "permissions",
      from: [`ssm:GetParameters on ${arn}/greeting`],
      to: [`ssm:GetParameters on ${arn}/greeting, ${arn}/other`],
    },
  ]);
});

test("an alarm of the rollout that goes on: which, and why", async () => {
  const config = (change: string) => (one: Config) => {
    one.service.deployment = deploymentSchema.parse({ alarms: ["broken"] });
    one.task.container.environment = { CHANGE: change };
  };
  const aws = world.sandbox.aws();
  const alarm = { AlarmName: "broken", Namespace: "Shop", MetricName: "Errors", Statistic: "Sum" as const };
  const rule = { Period: 10, EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: "GreaterThanThreshold" as const };
  await aws.call("cloudwatch", "PutMetricAlarm", { ...alarm, ...rule });
  assert.equal((await deployed("watched", config("1"))).status, "completed");
  const project = await world.project("watched", config("2"));
  const { AlarmName } = alarm;
  const fire = () =>
    aws
      .call("cloudwatch", "PutMetricAlarm", { ...alarm, ...rule, TreatMissingData: "breaching" })
      .then(() => AlarmName);
  const { deployment } = await deploy(world.contextThat("ecs-service", fire), project, {});
  assert.equal(deployment.status, "failed", deployment.reason ?? "");
  assert.match(deployment.reason ?? "", /alarm detected/);
  assert.match(deployment.reason ?? "", /alarm broken is on: /);
});

test("--fast is for once: done when the new tasks are healthy, and no difference for the next plan", async () => {
  const change = (text: string) => (config: Config) => {
    config.task.container.environment = { CHANGE: text };
  };
  const criteria = async () => {
    const at = { cluster: "hasty-cluster", services: ["hasty-service"] };
    const { services = [] } = await world.sandbox.aws().call("ecs", "DescribeServices", at);
    return services[0]?.deploymentConfiguration?.earlySuccessCriteria?.enable ?? false;
  };
  const first = await world.project("hasty", change("1"));
  const { deployment } = await deploy(world.context(), first, { fast: true });
  assert.equal(deployment.status, "completed", deployment.reason ?? "");
  assert.equal(await criteria(), true);
  assert.equal((await plan(world.context(), first, {})).changes, 0);
  assert.equal((await deployed("hasty", change("2"))).status, "completed");
  assert.equal(await criteria(), false);
});
