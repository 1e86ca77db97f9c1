import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, type Handler } from "../../wire/api.ts";
import type { LaunchTemplateRecord, LaunchTemplateVersionRecord } from "../../world/records/ec2.ts";
import { launchTemplates } from "../../world/records/ec2.ts";
import { findTemplate, findVersion, latestVersion } from "../../world/templates.ts";
import { missingParameter } from "./errors.ts";
import { toLaunchTemplate, toLaunchTemplateVersion } from "./launch-template-responses.ts";
import { tagsFor } from "./tags.ts";

export const createLaunchTemplate: Handler<typeof ec2, "CreateLaunchTemplate"> = (input, { region }) => {
  const name = input.LaunchTemplateName;
  if (!name) throw missingParameter("LaunchTemplateName");
  if (!/^[\w().\-/]{3,128}$/.test(name))
    throw new ApiError(
      "InvalidLaunchTemplateName.MalformedException",
      "A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _.",
    );
  const existing = [...launchTemplates(region).values()].find((template) => template.name === name);
  if (existing && isRepeated(existing.versions[0], input.ClientToken))
    return { LaunchTemplate: toLaunchTemplate(existing) };
  if (existing)
    throw new ApiError("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.");
  const createdAt = region.world.clock.date();
  const template: LaunchTemplateRecord = {
    id: region.id("lt-", 17),
    name,
    createdAt,
    defaultVersion: 1,
    versions: [
      {
        number: 1,
        description: input.VersionDescription,
        createdAt,
        clientToken: input.ClientToken,
        data: toStored(input.LaunchTemplateData),
      },
    ],
    tags: tagsFor(input.TagSpecifications, "launch-template"),
  };
  launchTemplates(region).set(template.id, template);
  return { LaunchTemplate: toLaunchTemplate(template) };
};

export const createLaunchTemplateVersion: Handler<typeof ec2, "CreateLaunchTemplateVersion"> = (input, { region }) => {
  const template = findTemplate(region, input);
  const made = template.versions.find((version) => isRepeated(version, input.ClientToken));
  if (made) return { LaunchTemplateVersion: toLaunchTemplateVersion(template, made) };
  const source = input.SourceVersion ? findVersion(template, input.SourceVersion).data : {};
  const version = {
    number: latestVersion(template) + 1,
    description: input.VersionDescription,
    createdAt: region.world.clock.date(),
    clientToken: input.ClientToken,
    data: { ...source, ...toStored(input.LaunchTemplateData) },
  };
  template.versions.push(version);
  return { LaunchTemplateVersion: toLaunchTemplateVersion(template, version) };
};

/** Whether a request is the one that made this version, sent again. */
function isRepeated(version: LaunchTemplateVersionRecord | undefined, token: string | undefined): boolean {
  return token !== undefined && token !== "" && version?.clientToken === token;
}

/** The request's data as descriptions give it back: what was left out stays out. */
function toStored(data: ec2.RequestLaunchTemplateData | undefined): ec2.ResponseLaunchTemplateData {
  if (!data || Object.keys(data).length === 0) throw missingParameter("LaunchTemplateData");
  const { TagSpecifications, ...rest } = data;
  const stored = { ...rest, ...(TagSpecifications?.length ? { TagSpecifications } : {}) };
  return Object.fromEntries(Object.entries(stored).filter(([, value]) => value !== undefined));
}
