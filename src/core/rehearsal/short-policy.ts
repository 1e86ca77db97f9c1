import type { PolicyConfig } from "../config/scaling-schema.ts";
import { usageError } from "../errors.ts";
import { parseDuration } from "../config/duration.ts";

/** How policies are written on the command line; in every error and in docs/rehearsal.md. */
export const policyGrammar = `POLICY; POLICY; … where each is one of
  cpu|memory|requests TARGET [out TIME] [in TIME] [cooldown TIME] [no-scale-in] [fast]
  step cpu|memory|requests LEVEL:CHANGE … [cooldown TIME] [periods N] [period TIME]
  schedule at(…)|rate(…)|cron(…) [zone ZONE] [min N] [max N]
  predict cpu|memory|requests TARGET [buffer TIME]
  MIN..MAX                          the fewest and the most tasks
For example: --policy 'cpu 50 out 30s; 1..20', --policy 'step cpu 80:+2 95:+4 20:-1 cooldown 60s'`;

/** What a text of the command line says. */
export interface WrittenPolicies {
  policies: PolicyConfig[];
  bounds?: { min: number; max: number } | undefined;
}

const metrics = ["cpu", "memory", "requests"];

/** Reads policies as they are written on the command line. Throws a usage error that shows the grammar. */
export function parsePolicies(text: string): WrittenPolicies {
  const result: WrittenPolicies = { policies: [] };
  for (const part of text.split(/;|\n/).map((one) => one.trim())) {
    if (part === "") continue;
    const bounds = /^(\d+)\.\.(\d+)$/.exec(part);
    if (bounds) result.bounds = { min: Number(bounds[1]), max: Number(bounds[2]) };
    else result.policies.push(new PolicyParser(text, part).parse(result.policies.length));
  }
  if (result.bounds && result.bounds.min > result.bounds.max) throw invalid(text, "the minimum is above the maximum");
  if (result.bounds?.max === 0) throw invalid(text, "the maximum is 0");
  if (result.policies.length === 0) throw invalid(text, "there is no policy in it");
  return result;
}

class PolicyParser {
  private readonly text: string;
  private readonly words: string[];

  constructor(text: string, part: string) {
    this.text = text;
    this.words = part.match(/(?:at|rate|cron)\([^)]*\)|\S+/gi) ?? [];
  }

  parse(index: number): PolicyConfig {
    const kind = this.words.shift()?.toLowerCase() ?? "";
    const name = index === 0 ? kind : `${kind}-${index + 1}`;
    if (metrics.includes(kind)) return this.tracking(name, kind);
    if (kind === "step") return this.steps(name);
    if (kind === "schedule") return this.schedule(name);
    if (kind === "predict") return this.predictive(name);
    throw this.fault(`\`${kind}\` is no kind of policy`);
  }

  private tracking(name: string, metric: string): PolicyConfig {
    const target = this.target();
    const policy: PolicyConfig = { name, type: "target-tracking", metric, target };
    this.options({
      out: () => (policy.scaleOutCooldown = this.time()),
      in: () => (policy.scaleInCooldown = this.time()),
      cooldown: () => (policy.scaleInCooldown = policy.scaleOutCooldown = this.time()),
      "no-scale-in": () => (policy.disableScaleIn = true),
      fast: () => (policy.fast = true),
    });
    return policy;
  }

  private steps(name: string): PolicyConfig {
    const metric = this.metric();
    const steps: string[] = [];
    while (this.words[0]?.includes(":")) steps.push(this.words.shift() ?? "");
    if (steps.length === 0) throw this.fault("a step policy needs steps like 80:+2");
    const policy: PolicyConfig = { name, type: "step", metric, steps };
    this.options({
      cooldown: () => (policy.cooldown = this.time()),
      periods: () => (policy.periods = this.count("how many periods")),
      period: () => (policy.period = this.time()),
    });
    return policy;
  }

  private predictive(name: string): PolicyConfig {
    const metric = this.metric();
    const target = this.target();
    const policy: PolicyConfig = { name, type: "predictive", metric, target, mode: "forecast-and-scale" };
    this.options({ buffer: () => (policy.buffer = this.time()) });
    return policy;
  }

  private schedule(name: string): PolicyConfig {
    const schedule = this.words.shift() ?? "";
    if (!/^(at|rate|cron)\(/.test(schedule))
      throw this.fault(`expected at(…), rate(…) or cron(…), found \`${schedule}\``);
    const policy: PolicyConfig = { name, type: "scheduled", schedule };
    this.options({
      zone: () => (policy.timezone = this.words.shift() ?? ""),
      min: () => (policy.min = this.count("the fewest tasks")),
      max: () => (policy.max = this.count("the most tasks")),
    });
    if (policy.min === undefined && policy.max === undefined) throw this.fault("a schedule sets min, max or both");
    return policy;
  }

  private options(known: Record<string, () => unknown>): void {
    while (this.words.length > 0) {
      const word = this.words.shift()?.toLowerCase() ?? "";
      const read = known[word];
      if (!read) throw this.fault(`\`${word}\` is none of ${Object.keys(known).join(", ")}`);
      read();
    }
  }

  private metric(): string {
    const metric = this.words.shift()?.toLowerCase() ?? "";
    if (metrics.includes(metric)) return metric;
    throw this.fault(`expected cpu, memory or requests, found \`${metric}\``);
  }

  private number(what: string): number {
    const word = this.words.shift()?.replace(/%$/, "") ?? "";
    if (!/^\d+(\.\d+)?$/.test(word))
      throw this.fault(`expected ${what}, found ${word === "" ? "the end" : `\`${word}\``}`);
    return Number(word);
  }

  private target(): number {
    const target = this.number("a target");
    if (target <= 0) throw this.fault("a target is above 0");
    return target;
  }

  private count(what: string): number {
    const value = this.number(what);
    if (!Number.isInteger(value)) throw this.fault(`expected ${what}, found ${value}`);
    return value;
  }

  /** As the configuration writes it. */
  private time(): string {
    const word = this.words.shift() ?? "";
    if (parseDuration(word) === undefined) throw this.fault(`expected a time (30s, 5m), found \`${word}\``);
    return word;
  }

  private fault(why: string): Error {
    return invalid(this.text, why);
  }
}

const invalid = (text: string, why: string) =>
  usageError({ code: "InvalidPolicy", message: `policy '${text}': ${why}.`, hint: policyGrammar });
