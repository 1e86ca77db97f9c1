import type { Target } from "@aws-sdk/client-eventbridge";
import { compilePattern, type EventPattern } from "./event-pattern.ts";
import { deliverEvent } from "./event-targets.ts";
import { recordMetric } from "./metrics.ts";
import { uuid } from "./records/ecs.ts";
import { eventRules, type RuleRecord } from "./records/events.ts";
import { accountId, type Region } from "./world.ts";

/** What happened, before EventBridge puts it into its envelope. */
export interface BusEvent {
  source: string;
  detailType: string;
  resources: readonly string[];
  detail: object;
  /** ms of the world. */
  at: number;
}

/** An event as targets get it. */
export interface Envelope {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** To the second: `2026-11-22T07:00:00Z`. */
  time: string;
  region: string;
  resources: readonly string[];
  detail: unknown;
}

/** Patterns are compiled once; the table holds text only, which is what is saved. */
const compiled = new WeakMap<RuleRecord, { text: string; pattern: EventPattern }>();

function patternOf(rule: RuleRecord): EventPattern {
  const known = compiled.get(rule);
  if (known?.text === rule.pattern) return known.pattern;
  const pattern = compilePattern(rule.pattern);
  compiled.set(rule, { text: rule.pattern, pattern });
  return pattern;
}

/** Puts an event on the default bus: every enabled rule that it matches hands it to its targets. Returns its id. */
export function emitEvent(region: Region, event: BusEvent): string {
  const envelope: Envelope = {
    version: "0",
    id: uuid(region),
    "detail-type": event.detailType,
    source: event.source,
    account: accountId,
    time: new Date(event.at).toISOString().replace(/\.\d+Z$/, "Z"),
    region: region.name,
    resources: event.resources,
    // Dates become text here, so that patterns see what targets see.
    detail: JSON.parse(JSON.stringify(event.detail)) as unknown,
  };
  for (const rule of eventRules(region).values())
    if (rule.state === "ENABLED" && patternOf(rule)(envelope)) fireRule(region, rule, envelope, event.at);
  return envelope.id;
}

/** Hands the event to every target, and counts as EventBridge does (AWS/Events, dimension RuleName). */
function fireRule(region: Region, rule: RuleRecord, envelope: Envelope, now: number): void {
  const count = (name: string): void =>
    recordMetric(region, {
      namespace: "AWS/Events",
      name,
      dimensions: { RuleName: rule.name },
      at: new Date(now),
      value: 1,
      unit: "Count",
    });
  count("MatchedEvents");
  count("TriggeredRules");
  for (const target of rule.targets) {
    count("Invocations");
    if (!deliverEvent(region, target, textFor(target, envelope), now)) count("FailedInvocations");
  }
}

/** What the target gets: the event, a part of it, a constant, or a template filled from it. */
function textFor(target: Target, envelope: Envelope): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(pick(envelope, target.InputPath) ?? null);
  const { InputTransformer: transformer } = target;
  if (!transformer) return JSON.stringify(envelope);
  const values = Object.entries(transformer.InputPathsMap ?? {}).map(
    ([name, path]) => [name, pick(envelope, path)] as const,
  );
  return values.reduce((text, [name, value]) => fill(text, name, value), transformer.InputTemplate ?? "");
}

/** `<name>` in quotes is text; outside of them it is JSON, so that objects stay objects. */
function fill(template: string, name: string, value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  const isJson = template.trimStart().startsWith("{");
  const whole = isJson
    ? template.replaceAll(
        new RegExp(`(:\\s*)<${name}>`, "g"),
        (_all, colon: string) => colon + JSON.stringify(value ?? null),
      )
    : template;
  return whole.replaceAll(`<${name}>`, text);
}

/** `$.detail.containers[0].reason`. */
function pick(value: unknown, path: string): unknown {
  const keys = [...path.replace(/^\$\.?/, "").matchAll(/[^.[\]]+/g)].map(([key]) => key);
  return keys.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (Reflect.get(at, key) as unknown) : undefined),
    value,
  );
}
