import type { LaunchTemplate, LaunchTemplateVersion } from "@aws-sdk/client-ec2";
import type { LaunchTemplateRecord, LaunchTemplateVersionRecord } from "../../world/records/ec2.ts";
import { latestVersion } from "../../world/templates.ts";
import { accountId } from "../../world/world.ts";

const createdBy = `arn:aws:iam::${accountId}:root`;

export function toLaunchTemplate(template: LaunchTemplateRecord): LaunchTemplate {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    CreateTime: template.createdAt,
    CreatedBy: createdBy,
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: latestVersion(template),
    Tags: template.tags,
  };
}

export function toLaunchTemplateVersion(
  template: LaunchTemplateRecord,
  version: LaunchTemplateVersionRecord,
): LaunchTemplateVersion {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    VersionNumber: version.number,
    VersionDescription: version.description,
    CreateTime: version.createdAt,
    CreatedBy: createdBy,
    DefaultVersion: version.number === template.defaultVersion,
    LaunchTemplateData: version.data,
  };
}
