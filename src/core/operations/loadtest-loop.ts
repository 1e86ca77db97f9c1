import { parseDuration } from "../config/duration.ts";
import { usageError } from "../errors.ts";
import type { AttackPlan } from "../loadtest/attacker.ts";
import type { Stage } from "../loadtest/pacer.ts";
import { spanText } from "../loadtest/verdict.ts";
import type { LoadtestOptions } from "./loadtest-options.ts";

/** When requests leave, in words and as the attacker takes it. */
export interface LoopPlan {
  plan: AttackPlan["loop"];
  /** How long its stages last in all; undefined when it has no end of its own. */
  seconds: number | undefined;
  description: string;
  senders: string;
}

/** Requests under way at once when the user says nothing. */
const defaultInFlight = 1000;

/** The closed loop, or the open one when there is a rate. Throws usage errors. */
export function planLoop(options: LoadtestOptions): LoopPlan {
  const { concurrency: connections, maxRps, warmupSeconds = 0 } = options;
  const stages = readStages(options);
  if (stages.length === 0) {
    const clients = connections === 1 ? "1 client" : `${connections} clients`;
    const limit = maxRps === undefined ? "" : `, ${maxRps} requests a second at most`;
    return {
      plan: { kind: "closed", connections },
      seconds: undefined,
      description: `${clients}, each sending its next request when the last one is answered${limit}`,
      senders: clients,
    };
  }
  const rates = stages.map(({ rate }) => Math.min(rate, maxRps ?? rate));
  const lasts = stages.reduce((sum, { seconds }) => sum + seconds, 0);
  const [first] = stages;
  // The warm-up has the rate of what follows it.
  const warmup = first && warmupSeconds > 0 ? [{ seconds: warmupSeconds, rate: first.rate }] : [];
  return {
    plan: { kind: "open", stages: [...warmup, ...stages], maxInFlight: options.maxInFlight ?? defaultInFlight },
    seconds: Number.isFinite(lasts) ? lasts : undefined,
    description: `${describeStages(stages, rates)}, on schedule whatever the answers`,
    senders: "The open loop",
  };
}

function describeStages(stages: readonly Stage[], rates: readonly number[]): string {
  const one = ({ seconds }: Stage, index: number) =>
    `${rates[index]} requests a second${Number.isFinite(seconds) ? ` for ${spanText(seconds)}` : ""}`;
  return stages.map(one).join(", then ");
}

function readStages({ rate, stages = [] }: LoadtestOptions): Stage[] {
  if (rate !== undefined && stages.length > 0)
    throw usageError({
      code: "RateAndStages",
      message: "--rate and --stage both say how many requests leave.",
      hint: "A rate for a while is a stage: --stage 2m:500",
    });
  if (rate !== undefined) return [{ seconds: Number.POSITIVE_INFINITY, rate: checkRate(`--rate ${rate}`, rate) }];
  return stages.map((text) => {
    const [, duration = "", number = ""] = /^([^:]+):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
    const seconds = parseDuration(duration);
    if (seconds !== undefined && seconds > 0) return { seconds, rate: checkRate(`--stage ${text}`, Number(number)) };
    throw usageError({
      code: "InvalidStage",
      message: `--stage ${text}: expected DURATION:RATE.`,
      hint: "For example: --stage 30s:100 --stage 2m:500 --ramp 10s",
    });
  });
}

/** No generator sends more on one computer; a typing error would. */
const highestRate = 1_000_000;

function checkRate(what: string, rate: number): number {
  if (rate >= 0 && rate <= highestRate) return rate;
  throw usageError({ code: "InvalidRate", message: `${what}: expected 0 to 1,000,000 requests a second.` });
}
