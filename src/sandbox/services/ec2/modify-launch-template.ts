import type * as ec2 from "@aws-sdk/client-ec2";
import type { Handler } from "../../wire/api.ts";
import { launchTemplates } from "../../world/records/ec2.ts";
import { findTemplate, findVersion } from "../../world/templates.ts";
import { toLaunchTemplate } from "./launch-template-responses.ts";

export const modifyLaunchTemplate: Handler<typeof ec2, "ModifyLaunchTemplate"> = (input, { region }) => {
  const template = findTemplate(region, input);
  if (input.DefaultVersion) template.defaultVersion = findVersion(template, input.DefaultVersion).number;
  return { LaunchTemplate: toLaunchTemplate(template) };
};

export const deleteLaunchTemplate: Handler<typeof ec2, "DeleteLaunchTemplate"> = (input, { region }) => {
  const template = findTemplate(region, input);
  launchTemplates(region).delete(template.id);
  return { LaunchTemplate: toLaunchTemplate(template) };
};
