import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { actionOf } from "../../../src/core/iam/action-names.ts";
import { buildPolicy, lengthOf, longestPolicy, splitPolicy } from "../../../src/core/iam/build-policy.ts";
import { commandNames, withoutAws } from "../../../src/core/iam/command-names.ts";
import type { Names } from "../../../src/core/iam/names.ts";
import { type ScopeName, scopes } from "../../../src/core/iam/scopes.ts";
import { grants } from "../../../src/core/iam/table.ts";
import { alarmSchema } from "../../../src/core/config/alarm-schema.ts";
import type { Config } from "../../../src/core/config/schema.ts";
import { findCommands, printPolicy } from "../../../src/core/operations/print-policy.ts";
import { project } from "../../support/flash-sale.ts";

const core = join(import.meta.dirname, "../../../src/core");
const services = globSync("aws/clients/*.ts", { cwd: core }).map((file) => file.replace(/^.*[/\\]|\.ts$/g, ""));

/** Every `"ecs", "DescribeServices"` that stands together in the source, with where. */
function findCalls(): { service: string; operation: string; file: string }[] {
  const pattern = new RegExp(String.raw`"(${services.join("|")})",\s*"([A-Z]\w+)"`, "g");
  return globSync("**/*.ts", { cwd: core }).flatMap((file) =>
    [...readFileSync(join(core, file), "utf8").matchAll(pattern)].map(([, service = "", operation = ""]) => ({
      service,
      operation,
      file,
    })),
  );
}

test("every call in the source is an action of the table", () => {
  const known = new Set(grants.flatMap(({ actions }) => actions));
  const missing = findCalls().filter((call) => {
    const action = actionOf(call);
    return action !== undefined && !known.has(action);
  });
  assert.deepEqual(missing, [], "add a row in src/core/iam: which command needs it, on what");
});

test("every action of the table is called, or its row says why it is there", () => {
  const called = new Set(findCalls().map((call) => actionOf(call)));
  const named = grants.filter(({ unseen, elsewhere }) => unseen === undefined && elsewhere === undefined);
  const idle = named.flatMap(({ actions }) => actions);
  assert.deepEqual(
    idle.filter((action) => !called.has(action)),
    [],
  );
});

test("every command is known, as one that calls AWS or one that never does", () => {
  const files = globSync("**/*.ts", { cwd: join(core, "../commands") });
  const typed = files.map((file) => file.replace(/\.ts$/, "").replaceAll(/[/\\]/g, " "));
  const known = [...commandNames, ...withoutAws];
  assert.deepEqual(typed.toSorted(), known.toSorted());
});

test("every scope is used, and its name can be a statement's", () => {
  const used = new Set<string>(grants.map(({ on }) => on));
  assert.deepEqual(
    (Object.keys(scopes) as ScopeName[]).filter((name) => !used.has(name)),
    [],
  );
  assert.ok(Object.keys(scopes).every((name) => /^[A-Za-z0-9]+$/.test(name)));
});

const names: Names = {
  app: "shop",
  repository: "shop-web",
  cluster: "shop-cluster",
  service: "shop-service",
  family: "shop-task",
  taskRoles: ["execution"],
  managedPolicies: ["arn:aws:iam::aws:policy/x"],
  logGroup: "/ecs/shop",
  ownTopic: "shop-alerts",
  ownDashboard: "shop",
};
const place = { partition: "aws", region: "us-east-1", account: "123456789012" };

test("what a project does not have is not in its policy", () => {
  const text = JSON.stringify(buildPolicy([...commandNames], names, place));
  for (const foreign of ["ec2:RunInstances", "instance-profile", "capacity-provider/", "targetgroup/", "undefined"])
    assert.ok(!text.includes(foreign), foreign);
  assert.ok(text.includes("arn:aws:ecs:us-east-1:123456789012:cluster/shop-cluster"));
});

test("destroy may delete only what carries the app's tag", () => {
  const { Statement } = buildPolicy(["destroy"], { ...names, topic: "news", alarms: ["full"] }, place);
  const deleting = Statement.filter(({ Action }) => Action.some((action) => /:Delete/.test(action)));
  // What carries no tag, or one of AWS's making, is named.
  const named = ["Scaling", "TrackingAlarms", "InsightsLogs"];
  for (const { Sid, Condition } of deleting.filter((one) => !named.includes(one.Sid)))
    assert.deepEqual(Condition, { StringEquals: { "aws:ResourceTag/ecsctl:app": "shop" } }, Sid);
});

test("a policy that is too long for IAM is cut between statements", () => {
  const whole = buildPolicy([...commandNames], { ...names, autoScalingGroup: "g", capacityProvider: "c" }, place);
  const long = { ...whole, Statement: [...whole.Statement, ...whole.Statement] };
  const parts = splitPolicy(long);
  assert.ok(parts.length > 1 && parts.every((part) => lengthOf(part) <= longestPolicy));
  assert.deepEqual(
    parts.flatMap(({ Statement }) => Statement),
    long.Statement,
  );
});

test("a single statement that is too long is cut too, and nothing is lost or added", () => {
  const alarms = Array.from({ length: 300 }, (_, index) => `alarm-of-a-shop-with-a-long-name-${index}`);
  const whole = buildPolicy(["deploy"], { ...names, alarms }, place);
  const parts = splitPolicy(whole);
  assert.ok(parts.length > 4 && parts.every((part) => lengthOf(part) <= longestPolicy));
  assert.ok(parts.every(({ Statement }) => new Set(Statement.map(({ Sid }) => Sid)).size === Statement.length));
  const allowed = ({ Statement }: typeof whole): string[] =>
    Statement.flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => [Resource].flat().map((resource) => `${action} ${resource}`)),
    ).toSorted();
  assert.deepEqual(parts.flatMap(allowed).toSorted(), allowed(whole));
});

test("whoever prints a policy that is too long hears what can be done with it", async () => {
  const hintOf = async (commands: string[], change: (config: Config) => void = () => {}): Promise<string> => {
    const config = structuredClone(project.config);
    change(config);
    let hint = "";
    await printPolicy(
      (event) => event.type === "warning" && (hint = event.hint ?? ""),
      { ...project, config },
      { commands },
    );
    return hint;
  };
  assert.equal(await hintOf(["plan"]), "");
  assert.match(
    await hintOf(["deploy", "destroy"]),
    /--out policy\.json .* a role takes it whole as its only inline policy/,
  );
  const many = (config: Config): void => {
    config.alarms = Array.from({ length: 1000 }, (_, index) =>
      alarmSchema.parse({ name: `alarm-of-a-shop-with-a-long-name-${index}`, metric: "cpu", threshold: 80 }),
    );
  };
  assert.match(await hintOf(["all"], many), /inline it fits nowhere: .*a user or role has 10 managed policies unless/);
});

test("commands are found as people type them", () => {
  assert.deepEqual(findCommands(["ecsctl deploy", "plan"]), ["plan", "deploy"]);
  assert.deepEqual(findCommands(["scale:policy:add"]), ["scale policy add"]);
  assert.ok(findCommands(["scale"]).length >= 3);
  assert.deepEqual(findCommands(["all"]), [...commandNames]);
});

for (const [typed, expected] of [
  ["deplyo", { code: "UnknownCommand", exitCode: 2, hint: "Did you mean --for deploy?" }],
  ["scale policy ad", { code: "UnknownCommand", hint: 'Did you mean --for "scale policy add"?' }],
  ["", { code: "UnknownCommand", hint: "--for all" }],
  ["init", { code: "NoPermissionNeeded", exitCode: 2 }],
] as const)
  test(`--for ${JSON.stringify(typed)} is refused`, () => assert.throws(() => findCommands([typed]), expected));
