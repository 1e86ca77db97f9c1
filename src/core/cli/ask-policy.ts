import type { PolicyConfig } from "../config/scaling-schema.ts";
import { usageError } from "../errors.ts";
import type { Screen } from "../output/screen.ts";
import { ask, requireTerminal } from "./prompt.ts";

/** What the flags of `scale policy add` say. */
export interface PolicyFlags {
  type: string;
  metric: string | undefined;
  /** As typed. */
  target: string | undefined;
  min: number | undefined;
  max: number | undefined;
}

const number = (answer: string): true | string => (Number(answer) >= 0 && answer.trim() !== "") || "a number, please";

const questions = {
  metric: {
    message: "Metric to keep at the target (cpu or memory)",
    flag: "--metric cpu|memory",
    validate: (answer: string): true | string => ["cpu", "memory"].includes(answer) || "cpu or memory, please",
  },
  target: { message: "Target in percent of what the tasks reserve", flag: "--target PERCENT", validate: number },
  min: { message: "Fewest tasks", flag: "--min N", validate: number },
  max: { message: "Most tasks", flag: "--max N", validate: number },
} as const;

export interface PolicyAnswers {
  metric: PolicyConfig["metric"];
  target: number;
  min: number;
  max: number;
}

/** Asks for what no flag says. Throws a usage error that names every missing flag where nobody can be asked. */
export async function answerPolicy(screen: Screen, flags: PolicyFlags, signal: AbortSignal): Promise<PolicyAnswers> {
  refuseUnknown(flags);
  const open = (["metric", "target", "min", "max"] as const).filter((name) => flags[name] === undefined);
  requireTerminal(
    screen,
    open.map((name) => questions[name].flag),
  );
  const answers: Record<string, string | number | undefined> = { ...flags };
  for (const name of open) answers[name] = await ask(screen, questions[name], signal);
  const { metric, target, min, max } = answers;
  if (!(Number(target) > 0))
    throw usageError({
      code: "InvalidTarget",
      message: `--target ${target}: expected a number above 0.`,
      hint: "Percent of what the tasks reserve: --target 50",
    });
  return { metric: metric === "memory" ? "memory" : "cpu", target: Number(target), min: Number(min), max: Number(max) };
}

/** What the interface names and this release cannot do yet is refused by name. */
function refuseUnknown({ type, metric }: PolicyFlags): void {
  if (type !== "target-tracking")
    throw usageError({
      code: "PolicyTypeNotYet",
      message: `--type ${type} is not there yet.`,
      hint: "This release has --type target-tracking.",
    });
  if (metric === undefined || metric === "cpu" || metric === "memory") return;
  throw usageError({
    code: "MetricNotYet",
    message: `--metric ${metric} is not there yet.`,
    hint: "This release has --metric cpu and --metric memory.",
  });
}
