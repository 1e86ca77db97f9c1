import { ApiError } from "../wire/api.ts";
import type { LaunchTemplateRecord, LaunchTemplateVersionRecord } from "./records/ec2.ts";
import { launchTemplates } from "./records/ec2.ts";
import type { Region } from "./world.ts";

/** How a request names a launch template: by id or by name, and a version (`$Latest`, `$Default`, a number). */
export interface TemplateReference {
  LaunchTemplateId?: string | undefined;
  LaunchTemplateName?: string | undefined;
  Version?: string | undefined;
}

/** The template that a request names; throws EC2's error where there is none. */
export function findTemplate(region: Region, asked: TemplateReference): LaunchTemplateRecord {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = asked;
  if (!id === !name)
    throw new ApiError(
      "MissingParameter",
      id
        ? "Either a launch template ID or a launch template name must be specified in the request, but not both."
        : "Either a launch template ID or a launch template name must be specified in the request.",
    );
  if (id) {
    const found = launchTemplates(region).get(id);
    if (found) return found;
    throw new ApiError(
      "InvalidLaunchTemplateId.NotFound",
      `The specified launch template, with template ID ${id}, does not exist.`,
    );
  }
  for (const template of launchTemplates(region).values()) if (template.name === name) return template;
  throw new ApiError(
    "InvalidLaunchTemplateName.NotFoundException",
    `The specified launch template, with template name ${name}, does not exist.`,
  );
}

/** The highest version number of a template. */
export function latestVersion(template: LaunchTemplateRecord): number {
  return Math.max(...template.versions.map((version) => version.number));
}

/** One version of a template; without a name, the default one. */
export function findVersion(template: LaunchTemplateRecord, version: string | undefined): LaunchTemplateVersionRecord {
  const number = versionNumber(template, version);
  const found = template.versions.find((one) => one.number === number);
  if (found) return found;
  throw new ApiError(
    "InvalidLaunchTemplateId.VersionNotFound",
    `Could not find the specified version ${version} for the launch template with ID ${template.id}.`,
  );
}

function versionNumber(template: LaunchTemplateRecord, version: string | undefined): number {
  if (!version || version === "$Default") return template.defaultVersion;
  return version === "$Latest" ? latestVersion(template) : Number(version);
}
