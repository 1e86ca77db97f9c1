import type * as events from "@aws-sdk/client-eventbridge";
import type { PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import type { Handler } from "../../wire/api.ts";
import { emitEvent } from "../../world/event-bus.ts";
import type { Region } from "../../world/world.ts";
import { checkBus, checkPattern, invalid } from "./errors.ts";

const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

/** Entries are taken one by one: a bad one fails alone. */
export const putEvents: Handler<typeof events, "PutEvents"> = (input, { region }) => {
  const Entries = (input.Entries ?? []).map((entry) => putEntry(region, entry));
  return { Entries, FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length };
};

function putEntry(region: Region, entry: events.PutEventsRequestEntry): PutEventsResultEntry {
  checkBus(entry.EventBusName);
  const { Source: source, DetailType: detailType, Detail: detail } = entry;
  const lacking = { Source: source, DetailType: detailType, Detail: detail };
  for (const [name, value] of Object.entries(lacking))
    if (!value)
      return {
        ErrorCode: "InvalidArgument",
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
  if (source?.startsWith("aws."))
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: `Not authorized for the source.` };
  if (!isObject(detail ?? "")) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  const at = entry.Time?.getTime() ?? Math.floor(region.world.clock.now());
  const event = { source: source ?? "", detailType: detailType ?? "", resources: entry.Resources ?? [], at };
  return { EventId: emitEvent(region, { ...event, detail: JSON.parse(detail ?? "{}") as object }) };
}

const required = ["id", "account", "source", "time", "region", "resources", "detail-type"];

export const testEventPattern: Handler<typeof events, "TestEventPattern"> = (input) => {
  const matches = checkPattern(input.EventPattern ?? "");
  if (!isObject(input.Event ?? "")) throw invalid("Parameter Event is not valid.");
  const event = JSON.parse(input.Event ?? "{}") as Record<string, unknown>;
  const missing = required.find((name) => event[name] === undefined);
  if (missing) throw invalid(`Parameter Event is not valid. Reason: Event must include ${missing}.`);
  return { Result: matches(event) };
};
