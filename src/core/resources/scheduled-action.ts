import type { ScheduledAction } from "@aws-sdk/client-application-auto-scaling";
import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import type { LiveParts, Resource } from "../plan/resource.ts";
import { diffFields, type Fields } from "./diff-fields.ts";
import { serviceDimension } from "./scalable-target.ts";

export interface ScheduledActionSpec {
  /** `service/CLUSTER/SERVICE`. */
  resourceId: string;
  name: string;
  /** Undefined for one that goes. */
  wanted:
    | {
        /** `at(…)`, `rate(…)` or `cron(…)`. */
        schedule: string;
        timezone: string | undefined;
        /** ISO 8601. */
        start: string | undefined;
        end: string | undefined;
        min: number | undefined;
        max: number | undefined;
      }
    | undefined;
}

export interface ScheduledActionLive extends LiveParts {
  fields: Fields;
  outputs: { arn: string };
}

type Wanted = NonNullable<ScheduledActionSpec["wanted"]>;

const moment = (text: string | Date | undefined): string | undefined =>
  text === undefined ? undefined : new Date(text).toISOString();

const wantedFields = ({ schedule, timezone, start, end, min, max }: Wanted): Fields => ({
  schedule,
  timezone: timezone === "UTC" ? undefined : timezone,
  start: moment(start),
  end: moment(end),
  min,
  max,
});

const liveFields = (action: ScheduledAction): Fields => ({
  schedule: action.Schedule,
  timezone: action.Timezone === "UTC" ? undefined : action.Timezone,
  start: moment(action.StartTime),
  end: moment(action.EndTime),
  min: action.ScalableTargetAction?.MinCapacity,
  max: action.ScalableTargetAction?.MaxCapacity,
});

/** Every scheduled action of a service, ours or not. */
export function listScheduledActions(aws: Aws, resourceId: string): Promise<ScheduledAction[]> {
  return aws.all(
    "application-autoscaling",
    "DescribeScheduledActions",
    { ...serviceDimension, ResourceId: resourceId },
    (page) => page.ScheduledActions,
  );
}

async function put(aws: Aws, { name, resourceId, wanted }: ScheduledActionSpec): Promise<ScheduledActionLive> {
  if (!wanted) throw new Error(`The scheduled action ${name} is to go, not to be made.`);
  const { schedule, timezone, start, end, min, max } = wanted;
  await aws.call("application-autoscaling", "PutScheduledAction", {
    ...serviceDimension,
    ScheduledActionName: name,
    ResourceId: resourceId,
    Schedule: schedule,
    ...(timezone === undefined ? {} : { Timezone: timezone }),
    ...(start === undefined ? {} : { StartTime: new Date(start) }),
    ...(end === undefined ? {} : { EndTime: new Date(end) }),
    ScalableTargetAction: {
      ...(min === undefined ? {} : { MinCapacity: min }),
      ...(max === undefined ? {} : { MaxCapacity: max }),
    },
  });
  return { fields: wantedFields(wanted), outputs: { arn: "" } };
}

const remove = (aws: Aws, { name, resourceId }: ScheduledActionSpec) =>
  unlessMissing(
    aws.call("application-autoscaling", "DeleteScheduledAction", {
      ...serviceDimension,
      ScheduledActionName: name,
      ResourceId: resourceId,
    }),
    "ObjectNotFoundException",
  );

/** Sets the limits of the scalable target at a time, once or again and again. */
export const scheduledAction: Resource<ScheduledActionSpec, ScheduledActionLive> = {
  kind: "scheduled-action",
  async read(aws, spec) {
    const actions = await listScheduledActions(aws, spec.resourceId);
    const action = actions.find(({ ScheduledActionName }) => ScheduledActionName === spec.name);
    return action && { fields: liveFields(action), outputs: { arn: action.ScheduledActionARN ?? "" } };
  },
  diff: (spec, live) => (spec.wanted ? diffFields(wantedFields(spec.wanted), live?.fields) : []),
  create: put,
  async update(aws, spec, _live, changes) {
    // A parameter that is left out stays as it was (PutScheduledAction, API reference): what is to go needs a new action.
    if (changes.some(({ to }) => to === undefined)) await remove(aws, spec);
    return put(aws, spec);
  },
  async delete(aws, spec) {
    await remove(aws, spec);
  },
  passing: (error) => error.name === "ConcurrentUpdateException",
};
