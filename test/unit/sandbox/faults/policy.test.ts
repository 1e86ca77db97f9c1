import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { evaluate, readPolicy, type Verdict } from "../../../../src/sandbox/faults/policy.ts";

type Keys = Record<string, string | string[]>;

/** What a policy says of one action on one resource. */
function judge(statements: object | object[], action: string, resource = "*", keys: Keys = {}): Verdict {
  const context = new Map(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), value]));
  return evaluate(readPolicy({ Statement: statements }), { action, resource, context });
}

const allow = (rest: object) => ({ Effect: "Allow", Action: "*", Resource: "*", ...rest });
const cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/shop";

describe("what a statement is about", () => {
  const cases: [name: string, statements: object | object[], action: string, resource: string, verdict: Verdict][] = [
    ["an action, whatever its case", allow({ Action: "ECS:createcluster" }), "ecs:CreateCluster", cluster, "allowed"],
    ["wildcards in actions", allow({ Action: ["ecs:Create*", "ecs:?et"] }), "ecs:CreateCluster", cluster, "allowed"],
    ["another action", allow({ Action: "ecs:DeleteCluster" }), "ecs:CreateCluster", cluster, "not allowed"],
    ["all but an action", allow({ Action: undefined, NotAction: "ecs:*" }), "ec2:RunInstances", "*", "allowed"],
    ["that action", allow({ Action: undefined, NotAction: "ecs:*" }), "ecs:RunTask", "*", "not allowed"],
    ["a resource with wildcards", allow({ Resource: "arn:aws:ecs:*:*:cluster/sh?p" }), "ecs:X", cluster, "allowed"],
    ["a resource, with its case", allow({ Resource: "arn:aws:ecs:*:*:cluster/Shop" }), "ecs:X", cluster, "not allowed"],
    ["dots are dots", allow({ Resource: "arn:aws:e.s:*" }), "ecs:X", cluster, "not allowed"],
    [
      "all but a resource",
      allow({ Resource: undefined, NotResource: "arn:*:cluster/shop" }),
      "ecs:X",
      cluster,
      "not allowed",
    ],
    ["the others", allow({ Resource: undefined, NotResource: "arn:*:cluster/x" }), "ecs:X", cluster, "allowed"],
    ["a deny beats every allow", [allow({}), allow({ Effect: "Deny", Action: "ecs:X" })], "ecs:X", "*", "denied"],
    ["nothing is allowed by itself", allow({ Effect: "Deny", Action: "ec2:*" }), "ecs:X", "*", "not allowed"],
  ];
  for (const [name, statements, action, resource, verdict] of cases)
    test(name, () => assert.equal(judge(statements, action, resource), verdict));
});

describe("conditions", () => {
  const tag = "aws:RequestTag/ecsctl:app";
  const cases: [condition: object, keys: Keys, verdict: Verdict][] = [
    [{ StringEquals: { [tag]: "shop" } }, { [tag]: "shop" }, "allowed"],
    [{ StringEquals: { [tag]: ["a", "shop"] } }, { [tag]: "shop" }, "allowed"],
    [{ StringEquals: { [tag]: "sh*" } }, { [tag]: "shop" }, "not allowed"],
    [{ StringLike: { [tag]: "sh*" } }, { [tag]: "shop" }, "allowed"],
    [{ StringEquals: { [tag]: "shop" } }, {}, "not allowed"],
    [{ StringEqualsIfExists: { [tag]: "shop" } }, {}, "allowed"],
    [{ StringEqualsIfExists: { [tag]: "shop" } }, { [tag]: "x" }, "not allowed"],
    [{ StringNotEquals: { [tag]: "shop" } }, {}, "allowed"],
    [{ StringNotEquals: { [tag]: ["shop", "x"] } }, { [tag]: "x" }, "not allowed"],
    [{ StringEqualsIgnoreCase: { "AWS:RequestTag/ecsctl:app": "SHOP" } }, { [tag]: "shop" }, "allowed"],
    [{ ArnEquals: { "ecs:cluster": "arn:aws:ecs:*:*:cluster/shop" } }, { "ecs:cluster": cluster }, "allowed"],
    [{ ArnLike: { "ecs:cluster": "arn:aws:ecs:*:*:cluster/x" } }, { "ecs:cluster": cluster }, "not allowed"],
    [{ ArnLike: { "ecs:cluster": "arn:aws:ecs:*:cluster/shop" } }, { "ecs:cluster": cluster }, "not allowed"],
    [{ "ForAnyValue:StringNotEquals": { "aws:TagKeys": "a" } }, {}, "not allowed"],
    [{ "ForAllValues:StringNotEquals": { "aws:TagKeys": "a" } }, {}, "allowed"],
    [{ Null: { [tag]: "true" } }, {}, "allowed"],
    [{ Null: { [tag]: "false" } }, {}, "not allowed"],
    [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b"] } }, { "aws:TagKeys": ["a"] }, "allowed"],
    [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b"] } }, { "aws:TagKeys": ["a", "c"] }, "not allowed"],
    [{ "ForAnyValue:StringEquals": { "aws:TagKeys": ["a"] } }, { "aws:TagKeys": ["c", "a"] }, "allowed"],
    [{ StringEquals: { "ecs:ResourceTag/team": "a" } }, { "aws:ResourceTag/team": "a" }, "allowed"],
    [
      { StringEquals: { [tag]: "shop", "aws:RequestedRegion": "us-east-1" } },
      { [tag]: "shop", "aws:RequestedRegion": "eu-west-1" },
      "not allowed",
    ],
  ];
  for (const [Condition, keys, verdict] of cases)
    test(`${JSON.stringify(Condition)} with ${JSON.stringify(keys)}: ${verdict}`, () =>
      assert.equal(judge(allow({ Condition }), "ecs:X", "*", keys), verdict));
});

describe("what is no policy, or none that can be evaluated", () => {
  for (const [name, document, words] of [
    ["nothing", null, /no Statement/],
    ["text", "Allow", /no Statement/],
    ["a list", [allow({})], /no Statement/],
    ["a version", { Version: "2012-10-18", Statement: allow({}) }, /its Version is "2012-10-18"/],
    [
      "an element of a policy",
      { Statements: [], Statement: allow({}) },
      /the policy has Statements, and can only have/,
    ],
    [
      "an element",
      { Statement: allow({ Conditions: {} }) },
      /statement 1 has Conditions, and can only have Sid, Effect/,
    ],
    ["a number among actions", { Statement: allow({ Action: ["ecs:*", 5] }) }, /Action must be a text .*, and has 5/],
    ["a name for a resource", { Statement: allow({ Resource: "shop" }) }, /shop is no resource; it is \* or an ARN/],
    ["a condition", { Statement: allow({ Condition: "x" }) }, /a Condition looks like/],
    ["half a condition", { Statement: allow({ Condition: { StringEquals: "x" } }) }, /a Condition looks like/],
    [
      "a variable",
      { Version: "2012-10-17", Statement: allow({ Resource: "arn:aws:iam::1:user/${aws:username}" }) },
      /does not know what the variable \$\{aws:username\} stands for/,
    ],
    ["an effect", { Statement: allow({ Effect: "allow" }) }, /statement 1: Effect must be Allow or Deny/],
    ["both kinds of actions", { Statement: allow({ NotAction: "x:y" }) }, /both Action and NotAction/],
    ["an action without a service", { Statement: allow({ Action: "CreateCluster" }) }, /CreateCluster is no action/],
    ["a principal", { Statement: [allow({}), allow({ Principal: "*" })] }, /statement 2 has a Principal/],
    [
      "an operator",
      { Statement: allow({ Condition: { DateLessThan: { "aws:TokenIssueTime": "x" } } }) },
      /cannot evaluate/,
    ],
    ["a key", { Statement: allow({ Condition: { StringEquals: { "aws:SourceVpc": "x" } } }) }, /cannot evaluate/],
  ] as const)
    test(name, () => assert.throws(() => readPolicy(document), words));
});
