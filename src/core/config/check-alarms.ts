import type { Path } from "./document.ts";
import type { AlarmConfig, EventRuleConfig } from "./alarm-schema.ts";
import type { Config } from "./schema.ts";

interface Fault {
  path: Path;
  code: string;
  message: string;
  hint?: string;
}

/** What contradicts itself among alarms, subscribers and event rules. */
export function checkAlarms({ alarms, cluster, eventRules = [], notify, task }: Config): Fault[] {
  return [
    ...checkNames("alarms", alarms),
    ...checkNames("eventRules", eventRules),
    ...alarms.flatMap((alarm, index) => checkAlarm(alarm, ["alarms", index])),
    ...(cluster.containerInsights === true ? [] : checkCounted(alarms)),
    ...checkCircles(alarms),
    ...eventRules.flatMap((rule, index) =>
      checkRule(rule, ["eventRules", index], { topic: notify !== undefined, logs: task.logs.group }),
    ),
  ];
}

function checkNames(list: string, items: readonly { name: string }[]): Fault[] {
  return items.flatMap(({ name }, index) =>
    items.slice(0, index).some((other) => other.name === name)
      ? [
          {
            path: [list, index, "name"],
            code: "DuplicateName",
            message: `${list}[${index}].name: found ${JSON.stringify(name)} again, expected every name once`,
          },
        ]
      : [],
  );
}

const ofMetric = ["metric", "threshold", "dimensions", "statistic", "datapoints", "missing", "period"] as const;

function checkAlarm(alarm: AlarmConfig, path: Path): Fault[] {
  const where = `alarms[${path.at(-1)}]`;
  const fault = (key: string, code: string, message: string, hint?: string): Fault[] => [
    { path: [...path, key], code, message: `${where}: ${message}`, ...(hint === undefined ? {} : { hint }) },
  ];
  if (alarm.rule !== undefined) {
    const other = ofMetric.find((key) => alarm[key] !== undefined);
    return other ? fault(other, "Contradiction", `found rule and ${other}, expected one of them`) : [];
  }
  if (alarm.metric === undefined)
    return fault("name", "MissingKey", "found neither metric nor rule, expected one of them", "metric: cpu");
  if (alarm.threshold === undefined)
    return fault("metric", "MissingKey", "threshold is missing, expected a number", "threshold: 70");
  if (alarm.dimensions && !alarm.metric.includes("/"))
    return fault("dimensions", "Contradiction", `found dimensions, but ${alarm.metric} has its own`);
  if (alarm.datapoints !== undefined && alarm.datapoints > alarm.periods)
    return fault(
      "datapoints",
      "OutOfRange",
      `found datapoints ${alarm.datapoints} above periods ${alarm.periods}, expected at most the periods`,
    );
  return checkPeriod(alarm, fault);
}

/** ECS itself publishes no count of tasks. */
function checkCounted(alarms: readonly AlarmConfig[]): Fault[] {
  return alarms.flatMap(({ metric }, index) =>
    metric === "running-tasks"
      ? [
          {
            path: ["alarms", index, "metric"],
            code: "NoSuchMetric",
            message: `alarms[${index}]: found metric running-tasks, which only Container Insights counts`,
            hint: "cluster: { containerInsights: true }, then ecsctl deploy",
          },
        ]
      : [],
  );
}

function checkPeriod({ period = "60s", periods }: AlarmConfig, fault: (...parts: [string, string, string]) => Fault[]) {
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[period.slice(-1)] ?? 1;
  const seconds = Number.parseInt(period, 10) * unit;
  if (![10, 20, 30].includes(seconds) && (seconds === 0 || seconds % 60 !== 0))
    return fault("period", "InvalidValue", `found period ${period}, expected 10s, 20s, 30s or whole minutes`);
  // PutMetricAlarm, API reference: a week for periods from an hour on, a day for shorter ones.
  const [most, words] = seconds < 3600 ? [86_400, "a day"] : [7 * 86_400, "a week"];
  if (seconds * periods > most)
    return fault("periods", "OutOfRange", `found ${periods} periods of ${period}, expected at most ${words} in all`);
  return [];
}

/** The alarms that a rule names: `ALARM(a)`, `OK("b c")`, also by ARN. */
export const namesInRule = (rule: string): string[] =>
  [...rule.matchAll(/\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]*)"|'([^']*)'|([^)\s]+))\s*\)/g)].map(
    ([, double, single, bare]) =>
      (double ?? single ?? bare ?? "").replace(/^arn:[^:]*:cloudwatch:[^:]*:\d*:alarm:/, ""),
  );

/** An alarm may not watch itself, however far round. */
function checkCircles(alarms: readonly AlarmConfig[]): Fault[] {
  const watched = new Map(alarms.map(({ name, rule }) => [name, rule === undefined ? [] : namesInRule(rule)]));
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    (watched.get(from) ?? []).some(
      (name) => name === to || (!seen.has(name) && reaches(name, to, new Set([...seen, name]))),
    );
  return alarms.flatMap(({ name, rule }, index) => {
    const path: Path = ["alarms", index, "rule"];
    if (rule === undefined) return [];
    if (namesInRule(rule).length === 0)
      return [
        {
          path,
          code: "InvalidValue",
          message: `alarms[${index}].rule: found ${JSON.stringify(rule)}, expected states of alarms`,
          hint: "rule: ALARM(first) AND NOT ALARM(second)",
        },
      ];
    return reaches(name, name, new Set())
      ? [{ path, code: "Circle", message: `alarms[${index}].rule: ${name} watches itself, through ${rule}` }]
      : [];
  });
}

function checkRule(rule: EventRuleConfig, path: Path, known: { topic: boolean; logs: string }): Fault[] {
  const where = `eventRules[${path.at(-1)}]`;
  if ((rule.on === undefined) === (rule.pattern === undefined))
    return [
      {
        path: [...path, rule.on === undefined ? "name" : "pattern"],
        code: rule.on === undefined ? "MissingKey" : "Contradiction",
        message: `${where}: found ${rule.on === undefined ? "neither on nor pattern" : "on and pattern"}, expected one of them`,
        hint: "on: task-stopped",
      },
    ];
  if (rule.pattern !== undefined && !isObject(rule.pattern))
    return [
      {
        path: [...path, "pattern"],
        code: "InvalidValue",
        message: `${where}.pattern: found ${JSON.stringify(rule.pattern)}, expected a JSON object`,
        hint: 'pattern: \'{"source": ["aws.ecs"]}\'',
      },
    ];
  if (rule.to.includes(`logs:${known.logs}`))
    return [
      {
        path: [...path, "to"],
        code: "Contradiction",
        message: `${where}.to: found the log group of the tasks, expected another one`,
        hint: "to: [logs:/aws/events/" + rule.name + "]",
      },
    ];
  if (rule.to.includes("notify") && !known.topic)
    return [
      {
        path: [...path, "to"],
        code: "MissingKey",
        message: `${where}.to: found notify, expected a topic to notify`,
        hint: "Add notify: { topic: NAME }, or type: ecsctl notify add EMAIL",
      },
    ];
  return [];
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
