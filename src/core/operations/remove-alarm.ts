import type { AlarmConfig } from "../config/alarm-schema.ts";
import type { Project } from "../config/project.ts";
import { dropAlarm } from "../config/write-alarms.ts";
import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { awsError, usageError } from "../errors.ts";
import { isOwned } from "../plan/build.ts";
import type { Node } from "../plan/graph.ts";
import { buildAlarmNodes } from "./alarm-graph.ts";
import { deleteNode } from "./apply-nodes.ts";
import { describeAlarms, policyOfAlarm } from "./describe-alarms.ts";

/** The document of `alarm remove --json`. */
export interface RemoveAlarmResult {
  removed: string;
  /** False when CloudWatch had none of that name. */
  wasInAws: boolean;
  wasInFile: boolean;
}

/** Deletes an alarm in AWS and in `ecsctl.yaml`. One that somebody else made is refused (exit 4). */
export async function removeAlarm(context: Context, project: Project, name: string): Promise<RemoveAlarmResult> {
  const { config } = project;
  const wasInFile = config.alarms.some((alarm) => alarm.name === name);
  const [there] = await describeAlarms(context.aws, config, [name]);
  if (!there && !wasInFile) {
    const all = (await describeAlarms(context.aws, config)).filter((one) => policyOfAlarm(one) === undefined);
    throw usageError({
      code: "AlarmNotFound",
      message: `There is no alarm ${name}.`,
      hint: all.length > 0 ? `There is: ${all.map((one) => one.name).join(", ")}.` : "ecsctl alarm add --help",
    });
  }
  const policy = there && policyOfAlarm(there);
  if (policy !== undefined)
    throw usageError({
      code: "AlarmOfPolicy",
      message: `Alarm ${name} sets off the scaling policy ${policy}: without it the policy would never act.`,
      hint: `ecsctl scale policy remove ${nameInFile(config, policy)}`,
    });
  const node = there && findNode(context, project, name, there.arn);
  const live = await node?.read();
  if (node && live && !isOwned(live, config.app))
    throw awsError({
      code: "NotOurs",
      message: `Alarm ${name} was not made by ${config.app}, so it is not ours to delete.`,
      hint: `aws cloudwatch delete-alarms --alarm-names ${name}`,
    });
  const wasInAws = node ? await deleteNode(context, node) : false;
  await dropAlarm(project, name);
  return { removed: name, wasInAws, wasInFile };
}

/** Steps both ways are two policies in AWS, NAME-out and NAME-in. */
function nameInFile({ scaling }: Config, policy: string): string {
  const names = scaling?.policies.map(({ name }) => name) ?? [];
  return names.find((name) => [name, `${name}-out`, `${name}-in`].includes(policy)) ?? policy;
}

/** Whichever of the two kinds it is in AWS, whatever the file says. */
function findNode({ aws }: Context, { config }: Project, name: string, arn: string): Node | undefined {
  const base = { name, comparison: ">", threshold: 0, periods: 1 } as const;
  const kinds: AlarmConfig[] = [
    { ...base, metric: "cpu" },
    { ...base, rule: `ALARM("${arn}")` },
  ];
  const nodes = kinds.flatMap((alarm) => buildAlarmNodes(aws, { ...config, notify: undefined, alarms: [alarm] }));
  return {
    ...(nodes[0] as Node),
    read: async () => (await nodes[0]?.read()) ?? (await nodes[1]?.read()),
  };
}
