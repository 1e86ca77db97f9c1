import type * as aas from "@aws-sdk/client-application-auto-scaling";
import { ScheduleError } from "../../../core/scaling/schedule.ts";
import { page, type Handler } from "../../wire/api.ts";
import {
  namedKey,
  scheduledActions,
  type ScheduledActionRecord,
  type TargetId,
} from "../../world/records/application-autoscaling.ts";
import { makeUuid } from "../../world/scaling-activities.ts";
import { nextRun } from "../../world/scheduled-actions.ts";
import type { Region } from "../../world/world.ts";
import { checkNamespace, describeId, findTarget, invalid, notFound, targetIdOf } from "./targets.ts";

/** PutScheduledAction, API reference: ScheduledActionName. */
const namePattern = "(?!((^[ ]+.*)|(.*([\\u0000-\\u001f]|[\\u007f-\\u009f]|[:/|])+.*)|(.*[ ]+$))).+";
const isName = new RegExp(`^${namePattern}$`);

/** Makes a scheduled action, or changes the given parts of one; it runs in the world's time. */
export const putScheduledAction: Handler<typeof aas, "PutScheduledAction"> = (input, { region }) => {
  const id = targetIdOf(input);
  const name = input.ScheduledActionName ?? "";
  if (!isName.test(name))
    throw invalid(
      `1 validation error detected: Value '${name}' at 'scheduledActionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${namePattern}`,
    );
  findTarget(region, id, "registered");
  const existing = scheduledActions(region).get(namedKey(id, name));
  const action = mergeAction(existing?.action ?? createAction(region, id, name), input);
  if (!action.Schedule) throw invalid("Schedule must be specified for a new scheduled action.");
  if (!action.ScalableTargetAction) throw invalid("ScalableTargetAction must be specified for a new scheduled action.");
  const { MinCapacity, MaxCapacity } = action.ScalableTargetAction;
  if (MinCapacity === undefined && MaxCapacity === undefined)
    throw invalid("At least one of minimum capacity and maximum capacity should be provided");
  if ((MinCapacity ?? 0) > (MaxCapacity ?? Infinity))
    throw invalid("Maximum capacity cannot be less than minimum capacity");
  const nextAt = computeNextRun({ action }, region.world.clock.now());
  scheduledActions(region).set(namedKey(id, name), { id, action, nextAt });
  return {};
};

type Action = ScheduledActionRecord["action"];

function createAction(region: Region, id: TargetId, name: string): Action {
  const place = `resource/${id.namespace}/${id.resourceId}:scheduledActionName/${name}`;
  return {
    ScheduledActionName: name,
    ScheduledActionARN: region.arn("autoscaling", `scheduledAction:${makeUuid(region)}:${place}`),
    ServiceNamespace: "ecs",
    Schedule: "",
    ResourceId: id.resourceId,
    ScalableDimension: "ecs:service:DesiredCount",
    CreationTime: new Date(Math.floor(region.world.clock.now())),
  };
}

/** What is left out stays, but for start and end: "the old values are deleted" (PutScheduledAction). */
function mergeAction(former: Action, input: aas.PutScheduledActionCommandInput): Action {
  const { Schedule, Timezone, StartTime, EndTime, ScalableTargetAction } = input;
  const { StartTime: _start, EndTime: _end, ...kept } = former;
  const given = Object.entries({ Schedule, Timezone, StartTime, EndTime, ScalableTargetAction });
  return { ...kept, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
}

function computeNextRun(record: { action: Action }, now: number): number | undefined {
  try {
    return nextRun(record, now);
  } catch (error) {
    if (error instanceof ScheduleError) throw invalid(error.message);
    throw error;
  }
}

export const describeScheduledActions: Handler<typeof aas, "DescribeScheduledActions"> = (input, { region }) => {
  checkNamespace(input.ServiceNamespace, input.ScalableDimension);
  const matching = [...scheduledActions(region).values()]
    .map(({ action }) => action)
    .filter(({ ResourceId }) => !input.ResourceId || ResourceId === input.ResourceId)
    .filter(
      ({ ScheduledActionName: name }) =>
        !input.ScheduledActionNames?.length || input.ScheduledActionNames.includes(name),
    );
  const { items, next } = page(matching, input.NextToken, input.MaxResults ?? 50);
  return { ScheduledActions: items, ...(next ? { NextToken: next } : {}) };
};

export const deleteScheduledAction: Handler<typeof aas, "DeleteScheduledAction"> = (input, { region }) => {
  const id = targetIdOf(input);
  if (!scheduledActions(region).delete(namedKey(id, input.ScheduledActionName ?? "")))
    throw notFound(
      `No scheduled action found for ${describeId(id)}, scheduled action name: ${input.ScheduledActionName}`,
    );
  return {};
};
