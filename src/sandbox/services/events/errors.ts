import {
  InvalidEventPatternException,
  LimitExceededException,
  ResourceNotFoundException,
} from "@aws-sdk/client-eventbridge";
import { ApiError, meta } from "../../wire/api.ts";
import { compilePattern } from "../../world/event-pattern.ts";
import { PatternError } from "../../world/event-filter.ts";
import { eventRules, type RuleRecord } from "../../world/records/events.ts";
import type { Region } from "../../world/world.ts";

export const invalid = (message: string): ApiError => new ApiError("ValidationException", message);
export const tooMany = (): LimitExceededException =>
  new LimitExceededException({ message: "The requested resource exceeds the maximum number allowed.", ...meta });
export const notFound = (message: string): ResourceNotFoundException =>
  new ResourceNotFoundException({ message, ...meta });

/** The sandbox has the default bus only. */
export function checkBus(bus: string | undefined): void {
  if (bus === undefined || bus === "default" || bus.endsWith(":event-bus/default")) return;
  throw notFound(`Event bus ${bus} does not exist.`);
}

export function findRule(region: Region, name = "", bus?: string): RuleRecord {
  checkBus(bus);
  const rule = eventRules(region).get(name);
  if (!rule) throw notFound(`Rule ${name} does not exist on EventBus default.`);
  return rule;
}

/** Throws EventBridge's refusal of a pattern. */
export function checkPattern(text: string): ReturnType<typeof compilePattern> {
  try {
    return compilePattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new InvalidEventPatternException({
      message: `Event pattern is not valid. Reason: ${error.message}`,
      ...meta,
    });
  }
}
