import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { loadConfig } from "../../../src/core/config/load.ts";

const folder = fileURLToPath(new URL("../../../templates/api", import.meta.url));
const { config, sources } = loadConfig({ cwd: folder, env: {} });

test("the api template has the API project's values", () => {
  assert.deepEqual(config.tags, { Name: "learner-svc", TeamName: "awslearner", Environment: "dev" });
  assert.equal(config.cluster.name, "learner-cluster");
  const { name, launchType, publicIp, desiredCount } = config.service;
  assert.deepEqual([name, launchType, publicIp, desiredCount], ["learner-svc-service", "FARGATE", true, 1]);
  const { cpu, memory, container, logs } = config.task;
  assert.deepEqual([cpu, memory, container.name, container.port], [256, 512, "learner-svc-container", 80]);
  assert.deepEqual([logs.group, logs.retentionDays], ["/ecs/learner-svc-logs", 14]);
  assert.equal(config.loadBalancer?.healthCheck.path, "/api/health");
  assert.deepEqual([config.scaling?.min, config.scaling?.max], [1, 5]);
  assert.deepEqual(config.scaling?.policies, [
    {
      name: "dev-learner-svc-target-tracking",
      type: "target-tracking",
      metric: "cpu",
      target: 40,
      scaleOutCooldown: "120s",
      scaleInCooldown: "300s",
      disableScaleIn: false,
    },
  ]);
  const [cpuAlarm, countAlarm] = config.alarms;
  assert.deepEqual(
    [cpuAlarm?.name, cpuAlarm?.comparison, cpuAlarm?.threshold, cpuAlarm?.periods],
    ["dev-learner-svc-CriticalCPU-AtMaxCapacity", ">", 70, 2],
  );
  assert.deepEqual(
    [countAlarm?.name, countAlarm?.comparison, countAlarm?.threshold, countAlarm?.periods],
    ["dev-learner-svc-MaxCapacity-Reached", ">=", 5, 1],
  );
  assert.equal(config.cluster.containerInsights, true, "or the count could never be seen");
  assert.equal(config.notify?.topic, "dev-learner-svc-alerts");
});

test("it shows every value but those that mean nothing on Fargate", () => {
  const hidden = Object.entries(sources).filter(([, source]) => source === "default");
  assert.deepEqual(
    hidden.map(([key]) => key).filter((key) => !/hostPort|role\.policies/.test(key)),
    [],
  );
});

interface Signer {
  sign(request: object): Record<string, string>;
}

test("its calls of ECS are signed as AWS's own signer signs them", async () => {
  const { sign } = (await import(pathToFileURL(`${folder}/ecs.mjs`).href)) as Signer;
  const { authorization } = sign({
    host: "ecs.us-east-1.amazonaws.com",
    target: "AmazonEC2ContainerServiceV20141113.DescribeServices",
    body: '{"cluster":"learner-cluster","services":["learner-svc-service"]}',
    region: "us-east-1",
    credentials: { id: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token: "token" },
    now: new Date("2026-11-22T09:00:00Z"),
  });
  // Made with @smithy/signature-v4 of the same request.
  assert.equal(
    authorization,
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/ecs/aws4_request, " +
      "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, " +
      "Signature=927f415bbd99976031a6117998fe2515b503fd790ce2bc59e120b4fa0b510f0c",
  );
});
