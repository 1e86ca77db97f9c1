import { usageError } from "../errors.ts";
import type { RunningSandbox } from "./sandbox-socket.ts";

export type FaultKind = "throttle" | "fail" | "delay" | "lose-answers" | "lag" | "policy";

/** A fault that is on. Times are the sandbox's. */
export interface SandboxFault {
  kind: FaultKind;
  percent: number;
  seconds: number | null;
  service: string | null;
  operation: string | null;
  /** ISO; null: until `--off`. */
  until: string | null;
  /** Calls that it has hit. */
  hits: number;
}

/** One fault to turn on. */
export interface WantedFault {
  kind: FaultKind;
  percent?: number | undefined;
  seconds?: number | undefined;
  service?: string | undefined;
  operation?: string | undefined;
  forSeconds?: number | undefined;
  policy?: unknown;
  /** The file of the policy. */
  policyName?: string | undefined;
}

export interface FaultChanges {
  off?: { service?: string | undefined } | undefined;
  on?: WantedFault[] | undefined;
  /** The id of an instance, or `any`. */
  loseInstance?: string | undefined;
}

/** The document of `sandbox fault`. */
export interface FaultsAnswer {
  faults: SandboxFault[];
  /** The instance that was lost. */
  lost: string | null;
}

/** Changes what goes wrong on purpose in a running sandbox, or only asks. A refusal is a usage error. */
export async function talkAboutFaults(
  { endpoint }: RunningSandbox,
  changes: FaultChanges | undefined,
  signal: AbortSignal,
): Promise<FaultsAnswer> {
  const request = changes ? { method: "POST", body: JSON.stringify(changes) } : {};
  const answer = await fetch(`${endpoint}/_sandbox/faults`, { ...request, signal });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}: ${await answer.text()}`);
  const { faults, lost, refused } = (await answer.json()) as FaultsAnswer & { refused?: string };
  if (refused === undefined) return { faults, lost };
  throw usageError({
    code: "FaultRefused",
    message: `The sandbox cannot do that: ${refused}.`,
    hint: "ecsctl sandbox fault --help",
  });
}

/** `throttles 30 % of the calls of ecs until 10:00:05; 12 so far`. */
export function describeFault({ kind, percent, seconds, service, operation, until, hits }: SandboxFault): string {
  const share = percent === 100 ? "every call" : `${percent} % of the calls`;
  const what: Record<FaultKind, string> = {
    throttle: `throttles ${share}`,
    fail: `fails ${share}`,
    delay: `delays every call by ${seconds ?? 0} s`,
    "lose-answers": `does the work, but loses the answers of ${share}`,
    lag: `reads lag writes by ${seconds ?? 0} s`,
    policy: "allows only what the policy allows",
  };
  const of = service === null && operation === null ? "" : ` (${service ?? "any service"}:${operation ?? "*"})`;
  const end = until === null ? "" : `, until ${until}`;
  return `${what[kind]}${of}${end}; ${hits} calls so far`;
}
