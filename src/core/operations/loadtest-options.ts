import { usageError } from "../errors.ts";
import type { AttackPlan } from "../loadtest/attacker.ts";
import { type Objective, parseObjective } from "../loadtest/objectives.ts";
import type { RequestPlan } from "../loadtest/request-mix.ts";
import type { Target } from "../loadtest/target-set.ts";
import { parseUntil, type Until } from "../observe/goal.ts";
import { planLoop } from "./loadtest-loop.ts";
import { planRequests } from "./loadtest-requests.ts";
import type { ReportFiles } from "./report-files.ts";

/** Who gets the load: every task alike, the first one, or the service's load balancer. */
export type Spread = "even" | "first" | "lb";

/** What a user types; durations in seconds. */
export interface LoadtestOptions extends ReportFiles {
  concurrency: number;
  /** Requests a second of the open loop. */
  rate?: number | undefined;
  /** `30s:100`: for so long so many requests a second. */
  stages?: readonly string[] | undefined;
  rampSeconds?: number | undefined;
  maxInFlight?: number | undefined;
  maxRps?: number | undefined;
  warmupSeconds?: number | undefined;
  threads?: number | undefined;
  durationSeconds?: number | undefined;
  requests?: number | undefined;
  until?: string | undefined;
  timeoutSeconds: number;
  /** `/a`, or `/a=3` with a weight. */
  paths?: readonly string[] | undefined;
  /** GET, or POST with a body. */
  method?: string | undefined;
  /** `Name: value`. */
  headers: readonly string[];
  body?: string | Uint8Array | undefined;
  /** Basic authentication. */
  user?: string | undefined;
  password?: string | undefined;
  keepAlive?: boolean | undefined;
  insecure?: boolean | undefined;
  /** Addresses, or names of load balancers, to load in place of the service's tasks. */
  targets: readonly string[];
  spread?: Spread | undefined;
  /** A public address that is not the service's may be loaded. */
  ownsTargets?: boolean | undefined;
  slo: readonly string[];
}

export interface LoadPlan {
  /** What is sent, in words. */
  description: string;
  /** Who sends it, for a sentence: `100 clients`. */
  senders: string;
  attack: AttackPlan;
  requestPlan: RequestPlan;
  threads: number;
  durationMs: number | undefined;
  warmupMs: number;
  requests: number | undefined;
  until: Until | undefined;
  /** Server ms after which `until` counts as not met when no duration was given. */
  untilLimitMs: number;
  timeoutMs: number;
  targets: Target[];
  /** Load balancers that were named in place of an address. */
  balancers: string[];
  /** Undefined for the load balancer when there is one, else every task. */
  spread: Spread | undefined;
  ownsTargets: boolean;
  objectives: Objective[];
}

/** Long enough to see a scale-out by 60 s metrics and what follows it. */
const defaultSeconds = 8 * 60;
/** Server time that `--until` alone waits. */
const untilLimitMs = 30 * 60_000;

/** Checks what was typed before anything is sent. Throws usage errors. */
export function planLoad(options: LoadtestOptions): LoadPlan {
  const until = options.until === undefined ? undefined : parseUntil(options.until);
  const loop = planLoop(options);
  const ends = options.durationSeconds ?? loop.seconds;
  const endless = ends === undefined && options.requests === undefined && !until;
  const seconds = endless ? defaultSeconds : ends;
  const timeoutMs = options.timeoutSeconds * 1000;
  const requestPlan = planRequests(options);
  const { maxRps, rampSeconds, requests: limit } = options;
  const paths = requestPlan.paths.length > 0 ? requestPlan.paths.map(({ path }) => path) : ["/"];
  return {
    description: `${loop.description}: ${requestPlan.shape.method} ${paths.join(", ")}`,
    senders: loop.senders,
    attack: { requests: requestPlan, timeoutMs, limit, maxRps, rampSeconds, loop: loop.plan },
    requestPlan,
    threads: options.threads ?? 1,
    durationMs: seconds === undefined ? undefined : seconds * 1000,
    warmupMs: (options.warmupSeconds ?? 0) * 1000,
    requests: options.requests,
    until,
    untilLimitMs,
    timeoutMs,
    targets: options.targets.filter((text) => !isBalancerName(text)).map(checkTarget),
    balancers: options.targets.filter(isBalancerName),
    spread: options.spread,
    ownsTargets: options.ownsTargets ?? false,
    objectives: options.slo.map(parseObjective),
  };
}

/** What Elastic Load Balancing allows for a name; an address has a colon or a dot. */
const isBalancerName = (text: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/i.test(text);

function checkTarget(text: string): Target {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.username)
    throw usageError({
      code: "InvalidTarget",
      message: "--target: a name and a password do not belong into an address.",
      hint: "Give --user NAME, and the password in ECSCTL_PASSWORD.",
    });
  if (url && /^https?:$/.test(url.protocol)) return { task: url.href, url: url.href };
  throw usageError({
    code: "InvalidTarget",
    message: `--target ${text}: expected an http or https URL, or a load balancer's name.`,
    hint: "For example: --target http://127.0.0.1:8080/",
  });
}
