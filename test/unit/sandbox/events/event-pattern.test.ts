import assert from "node:assert/strict";
import { test } from "node:test";
import { PatternError } from "../../../../src/sandbox/world/event-filter.ts";
import { compilePattern } from "../../../../src/sandbox/world/event-pattern.ts";

const event = {
  source: "aws.ecs",
  "detail-type": "ECS Task State Change",
  resources: ["arn:aws:ecs:us-east-1:123456789012:service/shop/web"],
  detail: {
    lastStatus: "STOPPED",
    stoppedReason: "Task failed ELB health checks",
    desired: 3,
    group: "service:web",
    containers: [
      { name: "web", exitCode: 1 },
      { name: "log", exitCode: 0 },
    ],
    empty: null,
  },
};

/** Pattern, whether it matches: each row of "Comparison operators for use in event patterns". */
const table: [name: string, pattern: object, matches: boolean][] = [
  ["a literal", { source: ["aws.ecs"] }, true],
  ["another literal", { source: ["aws.ec2"] }, false],
  ["any of a list", { source: ["aws.ec2", "aws.ecs"] }, true],
  ["all fields are needed", { source: ["aws.ecs"], detail: { lastStatus: ["RUNNING"] } }, false],
  ["prefix", { detail: { stoppedReason: [{ prefix: "Task failed" }] } }, true],
  ["prefix without case", { detail: { stoppedReason: [{ prefix: { "equals-ignore-case": "TASK" } }] } }, true],
  ["suffix in a list", { resources: [{ suffix: ":service/shop/web" }] }, true],
  ["suffix of another", { resources: [{ suffix: ":service/shop/api" }] }, false],
  ["wildcard", { detail: { group: [{ wildcard: "serv*:w*b" }] } }, true],
  ["wildcard that does not fit", { detail: { group: [{ wildcard: "serv*:w" }] } }, false],
  ["without case", { detail: { lastStatus: [{ "equals-ignore-case": "stopped" }] } }, true],
  ["anything but", { detail: { lastStatus: [{ "anything-but": "RUNNING" }] } }, true],
  ["anything but what it is", { detail: { lastStatus: [{ "anything-but": ["STOPPED", "RUNNING"] }] } }, false],
  ["anything but a prefix", { detail: { group: [{ "anything-but": { prefix: "family:" } }] } }, true],
  ["anything but, on what is missing", { detail: { stopCode: [{ "anything-but": "x" }] } }, false],
  ["a number", { detail: { desired: [3] } }, true],
  ["numeric range", { detail: { desired: [{ numeric: [">", 2, "<=", 3] }] } }, true],
  ["outside of a range", { detail: { desired: [{ numeric: ["<", 3] }] } }, false],
  ["numeric on text", { detail: { lastStatus: [{ numeric: ["<", 3] }] } }, false],
  ["exists", { detail: { group: [{ exists: true }] } }, true],
  ["does not exist", { detail: { stopCode: [{ exists: false }] } }, true],
  ["does not exist, below what is missing", { detail: { overrides: { x: [{ exists: false }] } } }, true],
  ["null", { detail: { empty: [null] } }, true],
  ["in a list of objects", { detail: { containers: { exitCode: [1] } } }, true],
  ["in no object of a list", { detail: { containers: { exitCode: [137] } } }, false],
  ["$or", { detail: { $or: [{ lastStatus: ["RUNNING"] }, { stoppedReason: [{ prefix: "Task" }] }] } }, true],
  ["$or of nothing that fits", { $or: [{ source: ["a"] }, { source: ["b"] }] }, false],
];

for (const [name, pattern, expected] of table)
  test(`${name}: ${expected ? "matches" : "does not match"}`, () => {
    assert.equal(compilePattern(JSON.stringify(pattern))(event), expected);
  });

const refused: [text: string, reason: RegExp][] = [
  ["[]", /Filter is not an object/],
  ["{", /JSON text/],
  ["{}", /Empty objects are not allowed/],
  ['{"source": "aws.ecs"}', /"source" must be an object or an array/],
  ['{"source": []}', /Empty arrays are not allowed/],
  ['{"source": [{"cidr": "10.0.0.0/24"}]}', /Unrecognized match type cidr/],
  ['{"source": [{"prefix": 1}]}', /prefix match pattern must be a string/],
  ['{"detail": {"x": [{"numeric": ["!", 3]}]}}', /Unrecognized numeric range operator: !/],
  ['{"detail": {"x": [{"exists": "yes"}]}}', /Exists match pattern must be either true or false\./],
  ['{"$or": [{"source": ["a"]}]}', /at least 2 objects in \$or/],
];

for (const [text, reason] of refused)
  test(`refuses ${text}`, () => {
    assert.throws(
      () => compilePattern(text),
      (error: Error) => error instanceof PatternError && reason.test(error.message),
    );
  });
