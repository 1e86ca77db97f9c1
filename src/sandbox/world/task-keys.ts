import { roles, type RoleRecord } from "../services/iam/records.ts";
import { definitionOf, lastPart, type TaskRecord, tasks } from "./records/ecs.ts";
import { accountId, type Region, type World } from "./world.ts";

/** How temporary keys begin, on AWS too. */
const prefix = "ASIA";
const digits = 16;

const keyOf = (record: TaskRecord): string => prefix + record.id.slice(0, digits).toUpperCase();

const roleArnOf = (region: Region, record: TaskRecord): string | undefined =>
  record.task.overrides?.taskRoleArn ?? definitionOf(region, record.task.taskDefinitionArn)?.definition.taskRoleArn;

/** What the agent hands to a task with a role, so that its calls are known for its own; nothing for a task without. */
export function taskCredentials(region: Region, record: TaskRecord): Record<string, string> {
  if (!roleArnOf(region, record)) return {};
  return { AWS_ACCESS_KEY_ID: keyOf(record), AWS_SECRET_ACCESS_KEY: "sandbox", AWS_SESSION_TOKEN: "sandbox" };
}

/** Who calls with the keys of a task: the session of its role. The role is missing when somebody has deleted it. */
export interface TaskCaller {
  arn: string;
  role: RoleRecord | undefined;
}

/** The task whose keys these are; undefined for everybody else's. */
export function findTaskCaller(world: World, accessKeyId: string | undefined): TaskCaller | undefined {
  if (!accessKeyId?.startsWith(prefix)) return undefined;
  for (const name of world.store.table<{ name: string }>("world/regions").keys()) {
    const region = world.region(name);
    const record = [...tasks(region).values()].find((task) => keyOf(task) === accessKeyId);
    const role = record && lastPart(roleArnOf(region, record) ?? "");
    if (!record || !role) continue;
    const arn = `arn:aws:sts::${accountId}:assumed-role/${role}/${record.id}`;
    return { arn, role: roles(world.global).get(role) };
  }
  return undefined;
}
