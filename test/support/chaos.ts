import assert from "node:assert/strict";
import type { Context } from "../../src/core/context.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { rollback } from "../../src/core/operations/rollback.ts";
import { byHand, type ByHand } from "./chaos-by-hand.ts";
import type { DeployWorld } from "./deployable.ts";

/** Something that can be killed half-way: what is there before it, and the command itself. */
export interface Scenario {
  prepare(world: DeployWorld, app: string): Promise<unknown>;
  run(context: Context, world: DeployWorld, app: string): Promise<unknown>;
}

const deployAs = async (world: DeployWorld, app: string, image: string, wait: boolean): Promise<unknown> => {
  await world.push(app, image);
  return deploy(world.context(), world.project(app), { wait });
};

/** A command on a service that runs, after others that it needs. */
const onService = (name: ByHand, ...before: ByHand[]): Scenario => ({
  prepare: async (world, app) => {
    await deployAs(world, app, "1", true);
    for (const other of before) await byHand[other](world.context(), world.project(app));
  },
  run: (context, world, app) => byHand[name](context, world.project(app)),
});

export const scenarios: Readonly<Record<"deploy" | "update" | "rollback" | "destroy" | ByHand, Scenario>> = {
  deploy: {
    prepare: (world, app) => world.push(app, "1"),
    run: (context, world, app) => deploy(context, world.project(app), {}),
  },
  update: {
    prepare: async (world, app) => {
      await deployAs(world, app, "1", false);
      await world.push(app, "2");
    },
    run: (context, world, app) => deploy(context, world.project(app), {}),
  },
  rollback: {
    prepare: async (world, app) => {
      await deployAs(world, app, "1", true);
      await deployAs(world, app, "2", true);
    },
    run: (context, world, app) => rollback(context, world.project(app), {}),
  },
  destroy: {
    prepare: (world, app) => deployAs(world, app, "1", false),
    run: (context, world, app) => destroy(context, world.project(app), {}),
  },
  "scale policy add": onService("scale policy add"),
  "scale policy add --step": onService("scale policy add --step"),
  "scale set --for": onService("scale set --for", "scale policy add"),
  "notify add": onService("notify add"),
  "alarm add": onService("alarm add"),
  "event-rule add": onService("event-rule add"),
};

/** The tables that hold what costs money or stands in the way, and which of their records still count. */
const tables: Readonly<Record<string, (record: Record<string, unknown>) => boolean>> = {
  "iam/roles": () => true,
  "iam/instance-profiles": () => true,
  "ec2/security-groups": () => true,
  "ec2/launch-templates": () => true,
  "ec2/instances": ({ state }) => state === "pending" || state === "running",
  "autoscaling/groups": () => true,
  "ecs/clusters": ({ status }) => status === "ACTIVE",
  "ecs/services": ({ status }) => status !== "INACTIVE",
  "ecs/capacity-providers": ({ status }) => status === "ACTIVE",
  "ecs/task-definitions": ({ definition }) => (definition as { status?: string }).status === "ACTIVE",
  "ecs/tasks": ({ task }) => (task as { desiredStatus?: string }).desiredStatus === "RUNNING",
  "logs/groups": () => true,
  "ecr/repositories": () => true,
  "application-autoscaling/targets": () => true,
  "application-autoscaling/policies": () => true,
  "application-autoscaling/scheduled-actions": () => true,
  "cloudwatch/alarms": () => true,
  "sns/topics": () => true,
  "sns/subscriptions": () => true,
  "events/rules": () => true,
  "sqs/queues": () => true,
  "logs/resource-policies": () => true,
};

/** Differs from run to run, or tells how it came about rather than what is there. */
const incidental =
  /At$|^State[A-Z]|^(id|evaluatedTo|latest|deployments?|events|streams|clientToken|version|nextPort|address|availabilityZone|subnetId|subnetIds|steady|complaint|throttledUntil|busyUntil|launched|forecastMinute|phase|noted|connectivity|containers|lastStatus|healthStatus|request|replacements|failures|members|activities|eventCount|containerInstanceId|containerInstanceArn|containerInstance|portRetries|state|image|UserData)$/;

/** Everything of an app that is there, comparable between apps and runs: ids, times and histories are left out. */
export function listInventory(world: DeployWorld, app: string): string[] {
  const saved = JSON.parse(world.sandbox.world.store.save()) as { tables: Record<string, [string, unknown][]> };
  return Object.entries(saved.tables)
    .flatMap(([name, rows]) => {
      const table = name.slice(name.indexOf("/") + 1);
      const counts = tables[table];
      if (!counts) return [];
      return rows
        .map(([, record]) => record as Record<string, unknown>)
        .filter((record) => JSON.stringify(record).includes(app) && counts(record))
        .map((record) => `${table} ${normalize(record, app)}`);
    })
    .toSorted();
}

function normalize(record: Record<string, unknown>, app: string): string {
  const text = JSON.stringify(record, (key, value: unknown) => (incidental.test(key) ? undefined : value));
  const timeless = text.replaceAll(/at\(\d[\d:T-]+\)/g, "at(#)");
  return timeless.replaceAll(app, "APP").replace(/(?=[0-9a-f-]*\d)[0-9a-fA-F-]{12,}|AROA\w+|AIPA\w+/g, "#");
}

/** A scenario's name as part of an app's. */
const wordOf = (name: string): string => name.replaceAll(/[^a-z]+/g, "-");

/** What an undisturbed run leaves behind. */
export async function runUndisturbed(world: DeployWorld, name: keyof typeof scenarios): Promise<string[]> {
  const app = `calm-${wordOf(name)}-app`;
  await scenarios[name].prepare(world, app);
  await scenarios[name].run(world.context(), world, app);
  return listInventory(world, app);
}

/**
 * Kills a run after its `calls`-th changing call, runs it again, and compares with what an undisturbed run leaves.
 * False when the run was over before.
 */
export async function killAndRepeat(
  world: DeployWorld,
  name: keyof typeof scenarios,
  calls: number,
  expected: readonly string[],
): Promise<boolean> {
  const app = `dead-${wordOf(name)}-${String(calls).padStart(2, "0")}`;
  const scenario = scenarios[name];
  await scenario.prepare(world, app);
  const ended = await scenario.run(world.killedAfter(calls), world, app).then(
    () => "whole",
    (error: Error) => error.message,
  );
  if (ended === "whole") return false;
  assert.equal(ended, "killed", `${app}: ${ended}`);
  await scenario.run(world.context(), world, app);
  assert.deepEqual(listInventory(world, app), expected, `${app}: the same end as without the kill`);
  return true;
}
