import assert from "node:assert/strict";
import { test } from "node:test";
import { findPullObstacle } from "../../../../src/sandbox/world/pull-permission.ts";
import { startSandbox } from "../../../support/sandbox.ts";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

test("a role that may not pull: the agent's words on EC2, the platform's on Fargate", async () => {
  const sandbox = await startSandbox();
  try {
    const RoleName = "bare";
    await sandbox.aws().call("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument: trust });
    const image = `${new URL(sandbox.url).host}/web:1`;
    const named = { family: "web", revision: 1, taskDefinitionArn: "" };
    const definition = {
      ...named,
      executionRoleArn: `arn:aws:iam::123456789012:role/${RoleName}`,
      containerDefinitions: [{ image }],
    };
    const said = (launchType: string) => findPullObstacle(sandbox.region, definition, { id: "1", launchType }) ?? "";
    assert.match(said("EC2"), /^CannotPullECRContainerError: AccessDeniedException: User: /);
    assert.match(
      said("FARGATE"),
      /^ResourceInitializationError: .*unable to retrieve ecr registry auth: .*AccessDenied/,
    );
  } finally {
    await sandbox.close();
  }
});
