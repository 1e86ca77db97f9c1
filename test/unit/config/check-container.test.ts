import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkConfig } from "../../../src/core/config/load.ts";
import { parseSecret } from "../../../src/core/config/secret-reference.ts";
import { EcsctlError } from "../../../src/core/errors.ts";

const container = (lines: string): string => `app: shop
region: us-east-1
image: { repository: shop }
cluster: { name: shop }
service: { name: shop, launchType: FARGATE }
task:
  family: shop
  cpu: 256
  memory: 512
  logs: { group: /ecs/shop }
  container:
    name: web
    port: 80
${lines.replaceAll(/^/gm, "    ")}
`;
const check = (lines: string) => checkConfig(container(lines), "/app/ecsctl.yaml", { cwd: "/app", env: {} });

function failure(lines: string): EcsctlError {
  try {
    check(lines);
  } catch (error) {
    assert.ok(error instanceof EcsctlError, String(error));
    assert.equal(error.exitCode, 3);
    return error;
  }
  return assert.fail("the text was accepted");
}

const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/login-AbCdEf";
const parameter = "arn:aws:ssm:us-east-1:123456789012:parameter";

describe("where a secret is", () => {
  for (const [text, reference] of [
    ["/shop/db", { store: "ssm", name: "/shop/db" }],
    ["shop-db", { store: "ssm", name: "shop-db" }],
    [`${parameter}/shop/db`, { store: "ssm", name: "/shop/db", arn: `${parameter}/shop/db` }],
    [`${parameter}/db`, { store: "ssm", name: "db", arn: `${parameter}/db` }],
    [secret, { store: "secretsmanager", arn: secret }],
    [`${secret}:user::`, { store: "secretsmanager", arn: secret, key: "user" }],
    [`${secret}::AWSPREVIOUS:`, { store: "secretsmanager", arn: secret, stage: "AWSPREVIOUS" }],
    [`${secret}:a:b:c`, { store: "secretsmanager", arn: secret, key: "a", stage: "b", version: "c" }],
    [`${secret}:user`, undefined],
    ["shop/login", undefined],
    ["hunter 2!", undefined],
    ["arn:aws:s3:::bucket", undefined],
  ] as const)
    test(text, () => assert.deepEqual(parseSecret(text), reference));
});

describe("refused before AWS does", () => {
  test("a secret's value in place of where it is: told without the value", () => {
    const error = failure('secrets: { PASSWORD: "hunter2 is the password" }');
    assert.equal(error.code, "NoSecretReference");
    assert.match(
      error.message,
      /^ecsctl\.yaml:14:\d+: task\.container\.secrets\.PASSWORD: expected where the secret is/,
    );
    assert.ok(!JSON.stringify([error.message, error.hint, error.why]).includes("hunter2"));
  });
  for (const [what, lines, code, message] of [
    [
      "a variable that has a value already",
      "environment: { DB: x }\nsecrets: { DB: /db }",
      "DuplicateVariable",
      /secrets\.DB: found a variable that task\.container\.environment has too/,
    ],
    [
      "a parameter of another region",
      `secrets: { DB: "${parameter.replace("us-east-1", "eu-west-1")}/db" }`,
      "OtherRegion",
      /found a parameter of eu-west-1, expected one of us-east-1/,
    ],
    ["a name that no program can read", "secrets: { my-db: /db }", undefined, /my-db/],
    [
      "an interval out of range",
      "healthCheck: { command: 'true', interval: 1s }",
      "OutOfRange",
      /healthCheck\.interval: found 1s, expected 5s to 300s/,
    ],
    [
      "a timeout out of range",
      "healthCheck: { command: 'true', timeout: 2m }",
      "OutOfRange",
      /healthCheck\.timeout: found 2m, expected 2s to 60s/,
    ],
    ["a check without a command", "healthCheck: { interval: 5s }", undefined, /command/],
  ] as const)
    test(what, () => {
      const error = failure(lines);
      assert.match(error.message, message);
      if (code) assert.equal(error.code, code);
    });
});

test("what ECS takes is taken", () => {
  const { config } = check(
    `secrets: { DB: /db, USER: "${secret}:user::" }\nhealthCheck: { command: [node, check.mjs], startPeriod: 5m }`,
  );
  const { secrets, healthCheck } = config.task.container;
  assert.deepEqual(secrets, { DB: "/db", USER: `${secret}:user::` });
  assert.deepEqual([healthCheck?.interval, healthCheck?.retries, healthCheck?.startPeriod], ["30s", 3, "5m"]);
});
