import type { CompositeAlarm } from "@aws-sdk/client-cloudwatch";
import type { Aws } from "../aws/aws.ts";
import { type AlarmLive, deleteAlarm, readTagged, updateAlarm } from "./alarm-calls.ts";
import type { Resource } from "../plan/resource.ts";
import type { AlarmActions } from "./alarm.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { readBack } from "./read-back.ts";
import { toUpperTags, type Tags } from "./tags.ts";

export interface CompositeAlarmSpec extends AlarmActions {
  name: string;
  /** `ALARM(a) AND ALARM(b)`. */
  rule: string;
  description: string | undefined;
  tags: Tags;
}

const toInput = (spec: CompositeAlarmSpec) => ({
  AlarmName: spec.name,
  AlarmRule: spec.rule,
  AlarmActions: [...spec.actions],
  OKActions: [...spec.okActions],
  InsufficientDataActions: [...spec.insufficientDataActions],
  ...(spec.description === undefined ? {} : { AlarmDescription: spec.description }),
});

const fieldsOf = (alarm: CompositeAlarm | ReturnType<typeof toInput>): Fields => ({
  rule: alarm.AlarmRule,
  actions: alarm.AlarmActions,
  okActions: alarm.OKActions,
  insufficientDataActions: alarm.InsufficientDataActions,
  description: alarm.AlarmDescription,
});

async function read(aws: Aws, spec: CompositeAlarmSpec): Promise<AlarmLive | undefined> {
  // Composite alarms are told only to those who ask for them (DescribeAlarms, API reference).
  const answer = await aws.call("cloudwatch", "DescribeAlarms", {
    AlarmNames: [spec.name],
    AlarmTypes: ["CompositeAlarm"],
  });
  const found = answer.CompositeAlarms?.[0];
  if (!found) return undefined;
  return readTagged(aws, found.AlarmArn ?? "", fieldsOf(found));
}

/** A CloudWatch alarm on other alarms. */
export const compositeAlarm: Resource<CompositeAlarmSpec, AlarmLive> = {
  kind: "composite-alarm",
  read,
  diff: (spec, live) => [...diffFields(fieldsOf(toInput(spec)), live?.fields), ...diffTags(spec.tags, live?.tags)],
  async create(aws, spec) {
    await aws.call("cloudwatch", "PutCompositeAlarm", { ...toInput(spec), Tags: toUpperTags(spec.tags) });
    return readBack(read(aws, spec), `alarm ${spec.name}`);
  },
  update: (aws, spec, live, changes) =>
    updateAlarm(aws, spec.tags, {
      live,
      changes,
      put: () => aws.call("cloudwatch", "PutCompositeAlarm", toInput(spec)),
    }),
  delete: deleteAlarm,
  passing: (error) => error.name === "NotVisibleYet",
};
