import { type AlarmConfig, alarmSchema } from "../config/alarm-schema.ts";
import { checkAlarms } from "../config/check-alarms.ts";
import type { Project } from "../config/project.ts";
import type { Config } from "../config/schema.ts";
import { writeAlarm } from "../config/write-alarms.ts";
import type { Context } from "../context.ts";
import { usageError } from "../errors.ts";
import { buildAlarmNodes } from "./alarm-graph.ts";
import { withNeeds } from "../plan/graph.ts";
import { applyNodes, refuseForeign } from "./apply-nodes.ts";
import { describeAlarms, type AlarmState } from "./describe-alarms.ts";

/** What the flags of `alarm add` say; what is absent has the default of `ecsctl.yaml`. */
export type AlarmInput = Parameters<typeof alarmSchema.parse>[0] & Readonly<Record<string, unknown>>;

/** The document of `alarm add --json`. */
export interface AddAlarmResult {
  alarm: AlarmState;
  /** The topic that it tells; null when it tells nobody. */
  notifies: string | null;
}

/** Makes an alarm, in AWS and then in `ecsctl.yaml`. Throws a usage error (exit 2) for what contradicts itself. */
export async function addAlarm(context: Context, project: Project, input: AlarmInput): Promise<AddAlarmResult> {
  const alarm = checkAlarm(project.config, input);
  const others = project.config.alarms.filter(({ name }) => name !== alarm.name);
  const config: Config = { ...project.config, alarms: [...others, alarm] };
  await warnOfSilence(context, config, alarm);
  const nodes = buildAlarmNodes(context.aws, config);
  const own = `${alarm.rule === undefined ? "alarm" : "composite-alarm"}/${alarm.name}`;
  const node = nodes.find(({ id }) => id === own);
  if (node) await refuseForeign(config, node, "ecsctl alarm add ANOTHER-NAME …");
  await applyNodes(context, config, withNeeds(nodes, [own]));
  await writeAlarm(project, written(input));
  const [made] = await describeAlarms(context.aws, config, [alarm.name]);
  if (!made) throw new Error(`CloudWatch does not show alarm ${alarm.name} that it has taken.`);
  const told = alarm.notify === false ? undefined : config.notify?.topic;
  return { alarm: made, notifies: told ?? null };
}

/** Only what was said, so that the file does not fill with defaults. */
const written = (input: AlarmInput): Partial<AlarmConfig> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

function checkAlarm(config: Config, input: AlarmInput): AlarmConfig {
  const parsed = alarmSchema.safeParse(input);
  const [issue] = parsed.error?.issues ?? [];
  if (!parsed.success)
    throw usageError({
      code: "InvalidAlarm",
      message: `Alarm ${String(input["name"])}: ${issue?.path.join(".")}: ${issue?.message}.`,
      hint: "ecsctl alarm add --help",
    });
  const others = config.alarms.filter(({ name }) => name !== parsed.data.name);
  const [fault] = checkAlarms({ ...config, alarms: [...others, parsed.data] });
  if (!fault) return parsed.data;
  throw usageError({
    code: fault.code,
    message: `${fault.message.replace(/^alarms\[\d+\]/, `Alarm ${parsed.data.name}`)}.`,
    hint: fault.hint,
  });
}

/** An alarm that nobody hears, or that looks at a metric which is not there, is no fault, but worth a word. */
async function warnOfSilence(context: Context, config: Config, alarm: AlarmConfig): Promise<void> {
  const warn = (message: string, hint: string): void => context.emit({ type: "warning", message, hint });
  if (alarm.notify !== false && !config.notify) warn(`Nobody hears of alarm ${alarm.name}.`, "ecsctl notify add EMAIL");
  const { metric } = alarm;
  const everyMinute = metric === "cpu" || metric === "memory";
  const isFast = config.scaling?.policies.some((policy) => policy.fast && policy.metric === metric) ?? false;
  if (everyMinute && /^[123]0s$/.test(alarm.period ?? "") && !isFast)
    warn(
      `${metric} comes every minute: in most periods of ${alarm.period} alarm ${alarm.name} has no data.`,
      "a scaling policy with --fast lets it come every 20 seconds",
    );
  if (metric === undefined || !metric.includes("/")) return;
  const slash = metric.lastIndexOf("/");
  const answer = await context.aws.call("cloudwatch", "ListMetrics", {
    Namespace: metric.slice(0, slash),
    MetricName: metric.slice(slash + 1),
    Dimensions: Object.entries(alarm.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
  });
  if (answer.Metrics?.length) return;
  warn(
    `CloudWatch has no metric ${metric} with these dimensions yet; without data the alarm stays INSUFFICIENT_DATA.`,
    `ecsctl metric put ${metric.slice(slash + 1)} VALUE --namespace ${metric.slice(0, slash)}`,
  );
}
