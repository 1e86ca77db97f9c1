import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { explainAwsError } from "../../src/core/aws/explain-error.ts";
import { buildPolicy, type PolicyDocument, type PolicyStatement } from "../../src/core/iam/build-policy.ts";
import { grants } from "../../src/core/iam/table.ts";
import { alarmSchema, eventRuleSchema } from "../../src/core/config/alarm-schema.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { policyNames } from "../../src/core/operations/policy-names.ts";
import type { Context } from "../../src/core/context.ts";
import type { Config } from "../../src/core/config/schema.ts";
import { rollback } from "../../src/core/operations/rollback.ts";
import { isLike } from "../../src/sandbox/faults/like.ts";
import { containerInstances } from "../../src/sandbox/world/records/ecs.ts";
import { type CommandRun, onFargate, onInstances, type Stage, stageOf, toFargate } from "../support/command-runs.ts";
import { DeployWorld } from "../support/deployable.ts";
import { HttpTasks } from "../support/http-tasks.ts";

const place = { partition: "aws", region: "us-east-1", account: "*" };
/** No command may take longer, whatever it is refused. */
const longestMs = 60_000;
/** `command scope action` of everything that a command could not do without. */
const needed = new Set<string>();

interface Refusal {
  action: string;
  resource: string;
}

/** What a policy allows of what is granted so far. */
function narrow({ Version, Statement }: PolicyDocument, granted: ReadonlySet<string>): object {
  const left = Statement.map((one) => ({
    ...one,
    Action: one.Action.filter((name) => granted.has(`${one.Sid} ${name}`)),
  }));
  const nothing = { Effect: "Deny", Action: "sandbox:Nothing", Resource: "*" };
  return { Version, Statement: [nothing, ...left.filter(({ Action }) => Action.length > 0)] };
}

/** The statements of the printed policy that a refusal asks for. */
function findMissing(policy: PolicyDocument, refusal: Refusal): PolicyStatement[] {
  const patterns = ({ Resource }: PolicyStatement): string[] => [Resource].flat();
  return policy.Statement.filter(
    (one) => one.Action.includes(refusal.action) && patterns(one).some((pattern) => isLike(pattern, refusal.resource)),
  );
}

/** What AWS refused, from the error that a person gets: the statement to add. */
function readRefusal(error: unknown): Refusal {
  const explained = explainAwsError(error);
  assert.equal(explained?.code, "AccessDenied", String((error as Error)?.stack ?? error));
  assert.equal(explained?.exitCode, 4);
  const { Action, Resource } = JSON.parse(/\{.*\}/.exec(explained?.hint ?? "")?.[0] ?? "{}") as Record<string, string>;
  return { action: Action ?? "", resource: Resource ?? "" };
}

/** A context that tells every refusal of one of its calls, also of those that the command bears. */
function openContext({ world }: Stage, onRefusal: (refusal: Refusal) => void): Context {
  const context = world.context(AbortSignal.timeout(longestMs));
  const send = context.aws.call.bind(context.aws) as (...args: unknown[]) => Promise<unknown>;
  const call = async (...args: unknown[]): Promise<unknown> => {
    try {
      return await send(...args);
    } catch (error) {
      if (explainAwsError(error)?.code === "AccessDenied") onRefusal(readRefusal(error));
      throw error;
    }
  };
  Object.defineProperty(context.aws, "call", { value: call });
  return context;
}

/** A statement of the printed policy and one of its actions, as a row of the table. */
const rowOf = (command: string, { Sid }: PolicyStatement, action: string): string => `${command} ${Sid} ${action}`;

const policyFor = ({ command }: CommandRun, { project }: Stage): PolicyDocument =>
  buildPolicy([command], policyNames(project.config, place.region), place);

/** Notes what a command is asked for, as rows of the table. */
function noteQuestions({ command }: CommandRun, { world }: Stage, policy: PolicyDocument): void {
  world.sandbox.faults.onQuestion = (question) => {
    for (const statement of findMissing(policy, question)) needed.add(rowOf(command, statement, question.action));
  };
}

/** Runs a command with its own policy: it must not be refused anything. */
async function pass(one: CommandRun, stage: Stage): Promise<void> {
  const policy = policyFor(one, stage);
  stage.world.sandbox.faults.add({ kind: "policy", policy });
  noteQuestions(one, stage, policy);
  const refusals: Refusal[] = [];
  const context = openContext(stage, (refusal) => refusals.push(refusal));
  const end = await one.run(context, stage).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.deepEqual(refusals, [], `${one.command}: the table lacks what was refused`);
  if (end !== undefined) throw end;
}

/** Where a climb begins: at nothing, but for commands that read all that `plan` reads, which `plan` climbs for. */
function startOf({ command }: CommandRun, { Statement }: PolicyDocument): Set<string> {
  if (command !== "deploy" && command !== "destroy") return new Set();
  const rows = Statement.flatMap(({ Sid, Action }) => Action.map((action) => `${Sid} ${action}`));
  return new Set(rows.filter((row) => /:(Describe|List|Get)/.test(row)));
}

/**
 * Runs a command with nothing allowed, adds the statements that it was refused for, and so on until it passes: it is
 * then proven that each permission is asked for, that a refusal names the missing one, and that the policy is enough.
 */
async function climb(one: CommandRun, stage: Stage): Promise<void> {
  const { command, run } = one;
  const policy = policyFor(one, stage);
  const granted = startOf(one, policy);
  noteQuestions(one, stage, policy);
  for (;;) {
    stage.world.sandbox.faults.add({ kind: "policy", policy: narrow(policy, granted) });
    const refusals: Refusal[] = [];
    const context = openContext(stage, (refusal) => refusals.push(refusal));
    const passed = await run(context, stage).then(
      () => true,
      (error: unknown) => void refusals.push(readRefusal(error)),
    );
    const missing = refusals.flatMap((refusal) => {
      const found = findMissing(policy, refusal);
      assert.ok(found.length > 0, `${command}: the table has no ${refusal.action} on ${refusal.resource}`);
      return found.map(({ Sid }) => `${Sid} ${refusal.action}`);
    });
    if (passed) return;
    const fresh = missing.filter((key) => !granted.has(key));
    assert.ok(fresh.length > 0, `${command} is refused what its policy allows: ${missing.join(", ")}`);
    for (const key of fresh) granted.add(key);
  }
}

const stages: [name: string, runs: readonly CommandRun[], change: (config: Config) => void][] = [
  ["on instances", onInstances, () => {}],
  ["on Fargate", onFargate, toFargate],
];

for (const [name, runs, change] of stages)
  describe(`a service ${name}: each command passes with its own policy and not with less`, async () => {
    const world = await DeployWorld.open(undefined, new HttpTasks());
    after(() => world.close());
    const stage = { world, project: world.project(name.replaceAll(" ", "-").toLowerCase(), change) };
    for (const one of runs)
      test(one.name, { timeout: 2 * longestMs }, async () => {
        await one.before?.(stage);
        const { faults } = world.sandbox;
        await (one.onlyPasses ? pass : climb)(one, stageOf(stage, one)).finally(() => {
          faults.clear();
          faults.onQuestion = undefined;
        });
      });
  });

test("why a rollout failed is read with deploy's own policy", { timeout: 2 * longestMs }, async () => {
  await using world = await DeployWorld.open();
  world.runtime.onStart = (spec) => void setImmediate(() => spec.onExit({ exitCode: 3 }));
  await world.push("failing");
  let reason: string | null = null;
  const run: CommandRun["run"] = async (context, { project }) => {
    ({ reason } = (await deploy(context, project, {})).deployment);
  };
  await pass({ command: "deploy", name: "a deploy that fails", run }, { world, project: world.project("failing") });
  assert.match(String(reason), /exit code 3/);
  for (const row of ["Tasks ecs:DescribeTasks", "InCluster ecs:ListTasks", "LogGroup logs:GetLogEvents"])
    assert.ok(needed.has(`deploy ${row}`), row);
});

test("what left ecsctl.yaml is looked at and taken away with the policies of plan and deploy", async () => {
  await using world = await DeployWorld.open();
  await world.push("left");
  const full = world.project("left", (config) => {
    config.alarms = [alarmSchema.parse({ name: "left-busy", metric: "cpu", threshold: 80 })];
    config.notify = { topic: "left-alerts", emails: [] };
    config.dashboard = {};
    const to = ["notify", "sqs:left-jobs", "logs:/events/left"];
    config.eventRules = [eventRuleSchema.parse({ name: "left-failed", on: "task-stopped", to })];
  });
  await deploy(world.context(), full, {});
  const stage = { world, project: world.project("left") };
  const looking: CommandRun["run"] = async (context, { project }) => void (await plan(context, project, {}));
  await pass({ command: "plan", name: "a plan", run: looking }, stage);
  world.sandbox.faults.clear();
  const taking: CommandRun["run"] = async (context, { project }) => void (await deploy(context, project, {}));
  await pass({ command: "deploy", name: "a deploy", run: taking }, stage);
  world.sandbox.faults.clear();
  assert.equal((await plan(world.context(), stage.project, {})).changes, 0);
});

test("why a rollback waits for room is read with rollback's own policy", { timeout: 2 * longestMs }, async () => {
  await using world = await DeployWorld.open();
  const project = world.project("crowded", ({ cluster }) => void (cluster.capacity && (cluster.capacity.max = 1)));
  for (const image of ["1", "2"]) {
    await world.push("crowded", image);
    await deploy(world.context(), project, {});
  }
  for (const instance of containerInstances(world.sandbox.region).values()) instance.status = "DRAINING";
  const explained = new AbortController();
  const run: CommandRun["run"] = async (context) => {
    const emit: Context["emit"] = (event) => {
      if (event.type === "waiting" && event.reason?.includes("a task needs 256 CPU units")) explained.abort();
    };
    const ended = rollback(
      { ...context, emit, signal: AbortSignal.any([context.signal, explained.signal]) },
      project,
      {},
    );
    await ended.catch((error: unknown) => {
      if (!explained.signal.aborted) throw error;
    });
    assert.ok(explained.signal.aborted, "it said what is missing where");
  };
  await pass({ command: "rollback", name: "a rollback without room", run }, { world, project });
  for (const row of ["Cluster ecs:ListContainerInstances", "Any autoscaling:DescribeAutoScalingGroups"])
    assert.ok(needed.has(`rollback ${row}`), row);
});

test("every row of the table was asked for, or says why it is there", () => {
  const sid = (on: string): string => on.charAt(0).toUpperCase() + on.slice(1);
  const rows = grants
    .filter(({ unseen }) => unseen === undefined)
    .flatMap(({ for: commands, on, actions }) =>
      commands.flatMap((command) => actions.map((action) => `${command} ${sid(on)} ${action}`)),
    );
  const tried = new Set(stages.flatMap(([, runs]) => runs.map(({ command }) => command)));
  const idle = rows.filter((row) => [...tried].some((command) => row.startsWith(`${command} `)) && !needed.has(row));
  assert.deepEqual(idle, []);
});
