import type * as ecs from "@aws-sdk/client-ecs";
import type { Setting, SettingName } from "@aws-sdk/client-ecs";
import type { Handler } from "../../wire/api.ts";
import { accountId, type Region } from "../../world/world.ts";

const defaults: Partial<Record<SettingName, string>> = {
  awsvpcTrunking: "disabled",
  containerInsights: "disabled",
  containerInstanceLongArnFormat: "enabled",
  fargateTaskRetirementWaitPeriod: "7",
  serviceLongArnFormat: "enabled",
  tagResourceAuthorization: "on",
  taskLongArnFormat: "enabled",
};

const table = (region: Region): Map<string, Setting> => region.table("ecs/account-settings");
const principalArn = `arn:aws:iam::${accountId}:root`;

function put(region: Region, name: SettingName | undefined, value: string | undefined): Setting {
  const setting: Setting = { name, value, principalArn, type: "user" };
  table(region).set(name ?? "", setting);
  return setting;
}

export const putAccountSetting: Handler<typeof ecs, "PutAccountSetting"> = (input, { region }) => ({
  setting: put(region, input.name, input.value),
});

export const putAccountSettingDefault: Handler<typeof ecs, "PutAccountSettingDefault"> = (input, { region }) => ({
  setting: put(region, input.name, input.value),
});

export const listAccountSettings: Handler<typeof ecs, "ListAccountSettings"> = (input, { region }) => {
  const own = [...table(region).values()];
  const standard = Object.entries(defaults)
    .filter(([name]) => input.effectiveSettings && !table(region).has(name))
    .map(([name, value]): Setting => ({ name: name as SettingName, value, principalArn, type: "user" }));
  const settings = [...own, ...standard].filter((one) => input.name === undefined || one.name === input.name);
  return { settings };
};
