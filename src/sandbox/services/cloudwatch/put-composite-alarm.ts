import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import { alarmsOf, parseRule, RuleError, type CompositeRule } from "../../../core/scaling/composite-rule.ts";
import type { Handler } from "../../wire/api.ts";
import { alarmNameOf, findAnyAlarm, putComposite } from "../../world/composite-alarms.ts";
import { alarms, cloudwatchTags, compositeAlarms } from "../../world/records/cloudwatch.ts";
import type { Region } from "../../world/world.ts";
import { missingParameter, validationError } from "./errors.ts";
import { checkActions } from "./put-metric-alarm.ts";

type Input = cloudwatch.PutCompositeAlarmCommandInput;

/** Makes a composite alarm or replaces everything about one but its state. Tags count only for a new alarm. */
export const putCompositeAlarm: Handler<typeof cloudwatch, "PutCompositeAlarm"> = (input, { region }) => {
  const { Tags, AlarmName, AlarmRule, ActionConfiguration, ...settings } = input;
  if (!AlarmName) throw missingParameter("AlarmName");
  if (ActionConfiguration) throw validationError("The sandbox does not know the parameter ActionConfiguration.");
  checkActions(input);
  checkReferences(region, AlarmName, readRule(AlarmRule ?? ""));
  checkSuppressor(region, input);
  if (alarms(region).has(AlarmName)) throw validationError(`A metric alarm with the name ${AlarmName} already exists.`);
  const existed = compositeAlarms(region).has(AlarmName);
  const { alarm } = putComposite(region, {
    ...settings,
    AlarmName,
    AlarmRule: AlarmRule ?? "",
    OKActions: input.OKActions ?? [],
    AlarmActions: input.AlarmActions ?? [],
    InsufficientDataActions: input.InsufficientDataActions ?? [],
  });
  if (!existed && Tags?.length)
    cloudwatchTags(region).set(
      alarm.AlarmArn,
      Object.fromEntries(Tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
    );
  return {};
};

function readRule(text: string): CompositeRule {
  try {
    return parseRule(text);
  } catch (error) {
    if (error instanceof RuleError) throw validationError(error.message);
    throw error;
  }
}

function checkReferences(region: Region, name: string, rule: CompositeRule): void {
  const missing = alarmsOf(rule).filter((one) => alarmNameOf(one) !== name && !findAnyAlarm(region, one));
  if (missing.length > 0)
    throw validationError(
      `Could not save the composite alarm as alarms [${missing.join(", ")}] in the alarm rule do not exist`,
    );
  if (alarmsOf(rule).some((one) => alarmNameOf(one) === name))
    throw validationError(`The rule of composite alarm ${name} cannot reference itself.`);
}

function checkSuppressor(region: Region, input: Input): void {
  const { ActionsSuppressor, ActionsSuppressorWaitPeriod: wait, ActionsSuppressorExtensionPeriod: extension } = input;
  if (ActionsSuppressor === undefined) {
    if (wait !== undefined || extension !== undefined)
      throw validationError(
        "ActionsSuppressor is required when ActionsSuppressorWaitPeriod or ActionsSuppressorExtensionPeriod is set.",
      );
    return;
  }
  if (wait === undefined || extension === undefined)
    throw validationError(
      "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod are required when ActionsSuppressor is set.",
    );
  if (!findAnyAlarm(region, ActionsSuppressor))
    throw validationError(
      `Could not save the composite alarm as the actions suppressor ${ActionsSuppressor} does not exist`,
    );
}
