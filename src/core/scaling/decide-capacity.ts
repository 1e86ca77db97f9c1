/** The last successful scaling by a policy, and until when its cooldown lasts. Times in ms since the epoch. */
export interface Cooldown {
  direction: "out" | "in";
  /** Capacity before the scaling that started it. */
  from: number;
  until: number;
}

export interface Bounds {
  min: number;
  max: number;
}

/** What one policy asks for at this moment. */
export interface Proposal {
  policy: string;
  /**
   * `out` and `in`: its alarm for that direction is in ALARM. `steady`: it has data and asks for nothing. `blind`: it has
   * no data. Steady and blind target tracking policies keep other such policies from scaling in.
   */
  direction: "out" | "in" | "steady" | "blind";
  /** Tasks wanted, before limits, for a present capacity. */
  want: (capacity: number) => number;
  /** Seconds that it waits after scaling in its direction. */
  cooldownSeconds: number;
  /** False for step policies, and for target tracking with scale-in disabled: they never keep others from scaling in. */
  vetoesScaleIn: boolean;
}

export interface Situation {
  bounds: Bounds;
  /** The desired count. */
  desired: number;
  /** Running tasks: where every policy starts from, so that tasks that cannot start are not asked for again and again. */
  running: number;
  /** A deployment is going on: nothing scales in until it is over. */
  deploying?: boolean | undefined;
  now: number;
  cooldown: Cooldown | undefined;
  suspended?: { out?: boolean; in?: boolean } | undefined;
}

export type NotScaledCode =
  | "AlreadyAtMaxCapacity"
  | "AlreadyAtMinCapacity"
  | "AlreadyAtDesiredCapacity"
  | "AutoScalingAnticipatedFlapping"
  | "TargetServicePutResourceAsUnscalable";

export type Decision =
  | { kind: "scale"; direction: "out" | "in"; to: number; policy: string; cooldown: Cooldown }
  | { kind: "not-scaled"; policy: string; code: NotScaledCode }
  /** Nothing to do, and why, for `events --explain`. */
  | {
      kind: "hold";
      why: "steady" | "suspended" | "scale-in-cooldown" | "scale-out-cooldown" | "other-policy";
      policy?: string;
    };

export const clamp = ({ min, max }: Bounds, capacity: number): number => Math.min(max, Math.max(min, capacity));

/**
 * One decision from all policies: the largest scale-out wins; scale-in happens only when no policy with data objects.
 * Sources: target-tracking-scaling-policy-overview and the considerations of ECS's service-auto-scaling.
 */
export function decideCapacity(situation: Situation, proposals: readonly Proposal[]): Decision {
  const out = proposals.filter((proposal) => proposal.direction === "out");
  if (out.length > 0) return decideOut(situation, out);
  const inwards = proposals.filter((proposal) => proposal.direction === "in");
  if (inwards.length === 0 || (situation.running === 0 && situation.desired > 0))
    return { kind: "hold", why: "steady" };
  return decideIn(situation, inwards, proposals);
}

/** The proposal that wants the most, the first of these. */
function largestOf(
  proposals: readonly Proposal[],
  wantOf: (proposal: Proposal) => number,
): { proposal: Proposal; want: number } | undefined {
  let largest: { proposal: Proposal; want: number } | undefined;
  for (const proposal of proposals) {
    const want = wantOf(proposal);
    if (!largest || want > largest.want) largest = { proposal, want };
  }
  return largest;
}

function decideOut(situation: Situation, proposals: readonly Proposal[]): Decision {
  const { bounds, desired, now } = situation;
  const cooling =
    situation.cooldown?.direction === "out" && now < situation.cooldown.until ? situation.cooldown : undefined;
  // In the cooldown, what the scaling that started it added counts as part of what is asked for now.
  const base = Math.min(situation.running, cooling ? cooling.from : Infinity);
  const largest = largestOf(proposals, (proposal) => wantFrom(proposal, base));
  if (!largest) return { kind: "hold", why: "steady" };
  const policy = largest.proposal.policy;
  if (situation.suspended?.out) return { kind: "hold", why: "suspended", policy };
  const to = clamp(bounds, largest.want);
  if (to > desired) {
    const until = now + largest.proposal.cooldownSeconds * 1000;
    return {
      kind: "scale",
      direction: "out",
      to,
      policy,
      cooldown: { direction: "out", from: cooling?.from ?? desired, until },
    };
  }
  if (desired >= bounds.max) return { kind: "not-scaled", policy, code: "AlreadyAtMaxCapacity" };
  if (cooling) return { kind: "hold", why: "scale-out-cooldown", policy };
  return { kind: "not-scaled", policy, code: "AlreadyAtDesiredCapacity" };
}

/** From nothing, the least possible: there are no tasks that the metric could be measured over. */
const wantFrom = (proposal: Proposal, capacity: number): number =>
  Math.max(proposal.want(capacity), capacity === 0 ? 1 : 0);

function decideIn(situation: Situation, inwards: readonly Proposal[], all: readonly Proposal[]): Decision {
  const { bounds, desired, now } = situation;
  const objects = ({ direction, vetoesScaleIn }: Proposal): boolean =>
    vetoesScaleIn && (direction === "steady" || direction === "blind");
  const veto = all.find(objects);
  // Target tracking policies wait for each other; steps need nobody's leave.
  const free = veto ? inwards.filter(({ vetoesScaleIn }) => !vetoesScaleIn) : inwards;
  const largest = largestOf(free, (proposal) => proposal.want(situation.running));
  if (!largest) return { kind: "hold", why: "other-policy", policy: veto?.policy ?? "" };
  const policy = largest.proposal.policy;
  if (situation.suspended?.in) return { kind: "hold", why: "suspended", policy };
  if (situation.cooldown?.direction === "in" && now < situation.cooldown.until)
    return { kind: "hold", why: "scale-in-cooldown", policy };
  if (desired <= bounds.min) return { kind: "not-scaled", policy, code: "AlreadyAtMinCapacity" };
  if (situation.deploying) return { kind: "not-scaled", policy, code: "TargetServicePutResourceAsUnscalable" };
  const to = clamp(bounds, largest.want);
  if (to >= desired) {
    const settled = situation.running === desired;
    return {
      kind: "not-scaled",
      policy,
      code: settled ? "AutoScalingAnticipatedFlapping" : "AlreadyAtDesiredCapacity",
    };
  }
  const until = now + largest.proposal.cooldownSeconds * 1000;
  return { kind: "scale", direction: "in", to, policy, cooldown: { direction: "in", from: desired, until } };
}
