import { flagOf } from "../config/policy-keys.ts";
import type { Project } from "../config/project.ts";
import { policySchema, type MetricQueryConfig, type PolicyConfig } from "../config/scaling-schema.ts";
import { usageError } from "../errors.ts";
import type { Screen } from "../output/screen.ts";
import type { PolicyFlags } from "./policy-flags.ts";
import { ask, requireTerminal } from "./prompt.ts";

/** A policy, and the limits that go with it; a schedule's own limits are part of the policy. */
export interface PolicyWish {
  policy: PolicyConfig;
  range: { min?: number; max?: number };
}

type Type = PolicyConfig["type"];

const number = (answer: string): true | string => (Number(answer) >= 0 && answer.trim() !== "") || "a number, please";

const questions = {
  metric: {
    message: "Metric that decides (cpu, memory, requests or NAMESPACE/NAME)",
    flag: "--metric cpu|memory|requests|NAMESPACE/NAME",
  },
  target: {
    message: "Target: percent of what the tasks reserve, or the metric's own figure",
    flag: "--target NUMBER",
    validate: number,
  },
  step: { message: "Step, like 80:+2", flag: "--step VALUE:+TASKS" },
  schedule: { message: "Schedule: at(…), rate(…) or cron(…)", flag: "--schedule EXPRESSION" },
  min: { message: "Fewest tasks", flag: "--min N", validate: number },
  max: { message: "Most tasks", flag: "--max N", validate: number },
} as const;
type Open = keyof typeof questions;

const asked: Readonly<Record<Type, readonly Open[]>> = {
  "target-tracking": ["metric", "target", "min", "max"],
  step: ["metric", "step", "min", "max"],
  scheduled: ["schedule"],
  predictive: ["metric", "target", "min", "max"],
};

/** Reads the flags; asks for what is missing, or throws a usage error that names all of it where nobody can be asked. */
export async function readPolicy(
  { screen, signal, project }: { screen: Screen; signal: AbortSignal; project: Project },
  name: string,
  flags: PolicyFlags,
): Promise<PolicyWish> {
  const type = typeOf(flags);
  const known: Partial<Record<Open, unknown>> = {
    ...project.config.scaling,
    ...Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)),
    ...(flags.math || flags.query ? { metric: "math" } : {}),
  };
  const open = asked[type].filter((key) => known[key] === undefined);
  requireTerminal(
    screen,
    open.map((key) => questions[key].flag),
  );
  const answers: Partial<Record<Open, string>> = {};
  for (const key of open) answers[key] = await ask(screen, questions[key], signal);
  return wishOf(name, type, { ...flags, ...numbers(answers) });
}

/** The kind that the flags speak of. */
function typeOf(flags: PolicyFlags): Type {
  if (flags.type !== undefined) return flags.type as Type;
  if (flags.step) return "step";
  if (flags.schedule !== undefined) return "scheduled";
  return flags.mode === undefined ? "target-tracking" : "predictive";
}

function numbers({ min, max, step, ...rest }: Partial<Record<Open, string>>): Partial<PolicyFlags> {
  return {
    ...rest,
    ...(min === undefined ? {} : { min: Number(min) }),
    ...(max === undefined ? {} : { max: Number(max) }),
    ...(step === undefined ? {} : { step: [step] }),
  };
}

function wishOf(name: string, type: Type, flags: PolicyFlags): PolicyWish {
  const { min, max } = flags;
  const limits = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  const parts = { name, type, ...pickOf(flags), ...(type === "target-tracking" ? cooldowns(flags) : {}) };
  const whole = type === "scheduled" ? { ...parts, ...limits } : parts;
  const given = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined && value !== false));
  const checked = policySchema.safeParse(given, { reportInput: true });
  if (!checked.success) throw refuse(checked.error.issues, given);
  return { policy: checked.data, range: type === "scheduled" ? {} : limits };
}

function refuse(issues: readonly { path: PropertyKey[]; message: string }[], given: Record<string, unknown>) {
  const [{ path, message } = { path: [], message: "" }] = issues;
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], given);
  return usageError({
    code: "InvalidPolicy",
    message: `${flagOf(String(path[0]))} ${String(value)}: ${message.replace(/^[A-Z]/, (first) => first.toLowerCase())}.`,
    hint: "ecsctl scale policy add --help",
  });
}

const text = (seconds: number | undefined): string | undefined => (seconds === undefined ? undefined : `${seconds}s`);

const cooldowns = (flags: PolicyFlags) => ({
  scaleOutCooldown: text(flags["scale-out-cooldown"] ?? 300),
  scaleInCooldown: text(flags["scale-in-cooldown"] ?? 300),
});

/** The keys of `ecsctl.yaml`, in the order in which they are written. */
function pickOf(flags: PolicyFlags): Partial<Record<keyof PolicyConfig, unknown>> {
  return {
    metric: flags.metric,
    dimensions: readDimensions("--dimension", flags.dimension),
    statistic: flags.statistic,
    metrics: readMath(flags),
    target: readTarget(flags.target),
    fast: flags.fast,
    scaleOutCooldown: text(flags["scale-out-cooldown"]),
    scaleInCooldown: text(flags["scale-in-cooldown"]),
    disableScaleIn: flags["disable-scale-in"],
    steps: flags.step,
    minAdjustmentMagnitude: flags["min-adjustment-magnitude"],
    cooldown: text(flags.cooldown),
    aggregation: flags.aggregation,
    period: text(flags.period ?? (flags.step && flags.fast ? 20 : undefined)),
    periods: flags.periods,
    schedule: flags.schedule,
    timezone: flags.timezone,
    start: flags.start,
    end: flags.end,
    mode: flags.mode,
    buffer: text(flags.buffer),
    overMaximum: flags["over-maximum"],
  };
}

function readTarget(target: string | undefined): number | undefined {
  if (target === undefined) return undefined;
  if (target.trim() !== "" && Number(target) > 0 && Number.isFinite(Number(target))) return Number(target);
  throw usageError({
    code: "InvalidTarget",
    message: `--target ${target}: expected a number above 0.`,
    hint: "Percent of what the tasks reserve for cpu and memory: --target 50",
  });
}

function readDimensions(flag: string, pairs: readonly string[] | undefined): Record<string, string> | undefined {
  if (!pairs) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at > 0 && at < pair.length - 1) return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
      throw usageError({
        code: "InvalidDimension",
        message: `${flag} ${pair}: expected NAME=VALUE.`,
        hint: `${flag} QueueName=jobs`,
      });
    }),
  );
}

function readMath({ query = [], math }: PolicyFlags): MetricQueryConfig[] | undefined {
  if (query.length === 0 && math === undefined) return undefined;
  const queries = query.map(readQuery);
  return math === undefined ? queries : [...queries, { id: "tracked", expression: math }];
}

const querySyntax = /^([a-z][A-Za-z0-9_]*)=([^{}]+?)(?:\{([^{}]*)\})?(?::([A-Za-z0-9.]+))?$/;

function readQuery(query: string): MetricQueryConfig {
  const [, id, metric, dimensions, statistic] = querySyntax.exec(query) ?? [];
  if (id === undefined || metric === undefined)
    throw usageError({
      code: "InvalidQuery",
      message: `--query ${query}: expected ID=METRIC{NAME=VALUE}:STATISTIC.`,
      hint: "--query 'queue=AWS/SQS/ApproximateNumberOfMessagesVisible{QueueName=jobs}:Sum' --query tasks=running-tasks --math 'queue / tasks'",
    });
  const pairs = readDimensions(
    "--query",
    dimensions?.split(",").filter((pair) => pair.trim() !== ""),
  );
  return { id, metric, ...(pairs ? { dimensions: pairs } : {}), ...(statistic === undefined ? {} : { statistic }) };
}
