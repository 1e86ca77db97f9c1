import assert from "node:assert/strict";
import { test } from "node:test";
import { secretPermissions } from "../../../src/core/operations/task-graph.ts";
import { addPermissions } from "../../../src/core/resources/role-permissions.ts";
import { project } from "../../support/flash-sale.ts";

const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf";
const parameter = "arn:aws:ssm:us-east-1:123456789012:parameter/shop/db";
const key = "arn:aws:kms:us-east-1:123456789012:key/1234";

function permissions(secrets: Record<string, string>, secretKeys: string[] = []) {
  const config = structuredClone(project.config);
  config.task.container.secrets = secrets;
  config.task.secretKeys = secretKeys;
  return secretPermissions(config, "us-east-1");
}

test("without secrets the execution role needs nothing besides, whatever keys are named", () => {
  assert.equal(permissions({}, [key]), undefined);
});

test("with secrets it may read these and no others", () => {
  assert.deepEqual(permissions({ A: "/shop/a", B: "b", C: parameter, D: parameter }), [
    {
      actions: ["ssm:GetParameters"],
      resources: ["arn:aws:ssm:us-east-1:*:parameter/b", "arn:aws:ssm:us-east-1:*:parameter/shop/a", parameter].sort(),
    },
  ]);
});

test("of a secret the ARN alone, without key, stage and version; a key of KMS only when it is named", () => {
  assert.deepEqual(permissions({ A: `${secret}:user::`, B: secret }, [key]), [
    { actions: ["secretsmanager:GetSecretValue"], resources: [secret] },
    { actions: ["kms:Decrypt"], resources: [key] },
  ]);
});

test("what was allowed before stays, and nothing is told twice", () => {
  const before = [{ actions: ["a:Get"], resources: ["1", "2"] }];
  const wanted = [
    { actions: ["a:Get"], resources: ["2", "3"] },
    { actions: ["b:Get"], resources: ["4"] },
  ];
  assert.deepEqual(addPermissions(before, wanted), [
    { actions: ["a:Get"], resources: ["1", "2", "3"] },
    { actions: ["b:Get"], resources: ["4"] },
  ]);
  assert.deepEqual(addPermissions(wanted, wanted), wanted);
});
