import { setTimeout as sleep } from "node:timers/promises";
import { Past } from "./faults/past.ts";
import { enforce } from "./faults/enforce.ts";
import { isLike } from "./faults/like.ts";
import { evaluate, type Question, readPolicy, type Statement, type Verdict } from "./faults/policy.ts";
import { brokenError, throttledError } from "./faults/words.ts";
import { catalog } from "./services/catalog.ts";
import type { Members } from "./wire/codecs.ts";
import { isEnding, terminateInstance } from "./world/instances.ts";
import { instances } from "./world/records/ec2.ts";
import { findTaskCaller } from "./world/task-keys.ts";
import type { World } from "./world/world.ts";

/** What can be made to go wrong with calls. Times are the world's. */
export type FaultKind =
  /** AWS asks to slow down; nothing is done. */
  | "throttle"
  /** AWS fails (5xx); nothing is done. */
  | "fail"
  /** Every call takes longer. */
  | "delay"
  /** The work is done, then the connection breaks. */
  | "lose-answers"
  /** Reads do not show the writes of the last seconds. */
  | "lag"
  /** Only what an IAM policy allows. */
  | "policy";

/** What somebody asks for: the body of `POST /_sandbox/faults`. */
export interface FaultRequest {
  kind: FaultKind;
  /** Of the calls that match, in percent; default all. */
  percent?: number | undefined;
  /** Of `delay` and `lag`. */
  seconds?: number | undefined;
  /** Only these services and operations (`Create*`); absent: all. */
  service?: string | undefined;
  operation?: string | undefined;
  /** Ends by itself after so many seconds. */
  forSeconds?: number | undefined;
  /** The document of `policy`, and what to call it where it is refused. */
  policy?: unknown;
  policyName?: string | undefined;
}

/** A fault that is on. */
export interface Fault {
  kind: FaultKind;
  percent: number;
  seconds: number | null;
  service: string | null;
  operation: string | null;
  /** ISO, the world's time; null: until it is taken away. */
  until: string | null;
  /** How many calls it has hit. */
  hits: number;
}

interface Rule extends Fault {
  untilMs: number;
  statements: Statement[];
  /** The state of its own dice: the same calls meet the same faults in every run. */
  seed: number;
}

/** A call that is about to be answered. */
export interface Target {
  signingName: string;
  operation: string;
  input: Members;
  region: string;
  accessKeyId?: string | undefined;
}

/** How to go on with a call that was let through. */
export interface Passage {
  /** The present, or a past one for a read that lags. */
  world: World;
  /** Break the connection instead of answering. */
  lose: boolean;
}

/** EC2's words for a machine that it lost (StateReason, EC2 API reference). */
const hardwareFailure = {
  Code: "Server.InternalError",
  Message: "Server.InternalError: An internal error caused the instance to terminate during launch.",
};

const isRead = (operation: string): boolean => /^(Describe|List|Get|BatchGet|BatchCheck|Filter|Search)/.test(operation);
/** Names that people use, for signing names. */
const aliases: Readonly<Record<string, string>> = { cloudwatch: "monitoring", elbv2: "elasticloadbalancing" };

/** The faults of one world. They are not saved: a sandbox that comes back is a good one. */
export class Faults {
  /** Hears what policies are asked, allowed or not; for tests. */
  onQuestion: ((question: Question) => void) | undefined;
  private readonly world: World;
  private readonly past: Past;
  private rules: Rule[] = [];

  constructor(world: World) {
    this.world = world;
    this.past = new Past(world);
    world.judge = (question, simulated) => this.judge(question, simulated);
  }

  /** Turns a fault on, in place of one of the same kind for the same calls. Throws with the reason for what it cannot do. */
  add(request: FaultRequest): void {
    const { kind, percent = 100, seconds = null, forSeconds } = request;
    const service = request.service === undefined ? null : findService(request.service);
    const operation = request.operation ?? null;
    const now = this.world.clock.now();
    const untilMs = forSeconds === undefined ? Infinity : now + forSeconds * 1000;
    const statements = kind === "policy" ? readNamed(request.policy, request.policyName) : [];
    const until = forSeconds === undefined ? null : new Date(untilMs).toISOString();
    this.rules = this.rules.filter(
      (rule) => rule.kind !== kind || rule.service !== service || rule.operation !== operation,
    );
    this.rules.push({ kind, percent, seconds, service, operation, until, untilMs, statements, hits: 0, seed: 1 });
  }

  /** Takes the faults of a service away; of all, without one. */
  clear(service?: string): void {
    const name = service === undefined ? undefined : findService(service);
    this.rules = name === undefined ? [] : this.rules.filter((rule) => rule.service !== name);
  }

  /** What is on now. */
  list(): Fault[] {
    return this.active().map(({ kind, percent, seconds, service, operation, until, hits }) => {
      return { kind, percent, seconds, service, operation, until, hits };
    });
  }

  /** Lets a call through, late perhaps, or throws AWS's refusal of it. */
  async pass(target: Target): Promise<Passage> {
    const rules = this.active().filter((rule) => isAbout(rule, target));
    if (rules.length === 0) return { world: this.world, lose: false };
    const delay = sum(rules, "delay");
    if (delay > 0) await sleep(this.world.clock.toRealMs(delay * 1000));
    for (const rule of rules) this.refuse(rule, target);
    const lose = rules.some((rule) => rule.kind === "lose-answers" && strikes(rule));
    if (isRead(target.operation)) {
      const lag = sum(rules, "lag");
      return { world: lag > 0 ? this.past.world(lag * 1000) : this.world, lose };
    }
    const longest = Math.max(0, ...rules.map(({ kind, seconds }) => (kind === "lag" ? (seconds ?? 0) : 0)));
    if (longest > 0) this.past.keep(longest * 1000);
    return { world: this.world, lose };
  }

  /**
   * Ends a machine as a broken host does, without anybody having asked: that one, or the first that runs. Throws when
   * there is none. Returns its id.
   */
  loseInstance(id?: string): string {
    for (const { name } of this.world.store.table<{ name: string }>("world/regions").values()) {
      const running = [...instances(this.world.region(name)).values()].filter((one) => !isEnding(one));
      const lost = running.find((one) => id === undefined || one.id === id);
      if (!lost) continue;
      terminateInstance(lost, this.world.clock.now(), hardwareFailure);
      return lost.id;
    }
    throw new Error(id === undefined ? "no instance is running" : `there is no running instance ${id}`);
  }

  private refuse(rule: Rule, target: Target): void {
    if (rule.kind === "throttle" && strikes(rule)) throw throttledError(target.signingName);
    if (rule.kind === "fail" && strikes(rule)) throw brokenError(target.signingName);
    // The user's: what a task may is its role's affair.
    const byUser = !findTaskCaller(this.world, target.accessKeyId);
    if (rule.kind === "policy" && byUser) this.enforce(rule, target);
  }

  /** The policies for all calls; one for a single service or operation says nothing of the others. */
  private judge(question: Question, simulated = false): Verdict {
    const policies = this.active().filter(
      ({ kind, service, operation }) => kind === "policy" && !service && !operation,
    );
    if (!simulated && policies.length > 0) this.onQuestion?.(question);
    const verdicts = policies.map(({ statements }) => evaluate(statements, question));
    return verdicts.find((verdict) => verdict === "denied") ?? verdicts.find((one) => one !== "allowed") ?? "allowed";
  }

  private enforce(rule: Rule, target: Target): void {
    try {
      enforce(rule.statements, { ...target, region: this.world.region(target.region) }, this.onQuestion);
    } catch (refusal) {
      rule.hits++;
      throw refusal;
    }
  }

  private active(): Rule[] {
    const now = this.world.clock.now();
    return (this.rules = this.rules.filter(({ untilMs }) => untilMs > now));
  }
}

function readNamed(policy: unknown, name = "the policy"): Statement[] {
  try {
    return readPolicy(policy);
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

function findService(name: string): string {
  const wanted = aliases[name] ?? name;
  const known = catalog.map(({ signingName }) => signingName);
  if (known.includes(wanted)) return wanted;
  throw new Error(`the sandbox has no service ${name}; it has ${known.toSorted().join(", ")}`);
}

/** A lag is kept for writes too, which it must remember; whom it hits is decided at the read. */
function isAbout(rule: Rule, { signingName, operation }: Target): boolean {
  if (rule.kind === "lag" && !isRead(operation)) return true;
  if (rule.service !== null && rule.service !== signingName) return false;
  return rule.operation === null || isLike(rule.operation.toLowerCase(), operation.toLowerCase());
}

function sum(rules: readonly Rule[], kind: FaultKind): number {
  const found = rules.filter((rule) => rule.kind === kind);
  for (const rule of found) rule.hits++;
  return found.reduce((total, rule) => total + (rule.seconds ?? 0), 0);
}

/** Throws the dice of a rule (mulberry32). */
function strikes(rule: Rule): boolean {
  rule.seed = (rule.seed + 0x6d2b79f5) | 0;
  let bits = Math.imul(rule.seed ^ (rule.seed >>> 15), 1 | rule.seed);
  bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
  const hit = ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32 < rule.percent / 100;
  if (hit) rule.hits++;
  return hit;
}
