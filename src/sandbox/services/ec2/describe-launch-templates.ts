import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, page, type Handler } from "../../wire/api.ts";
import type { LaunchTemplateRecord, LaunchTemplateVersionRecord } from "../../world/records/ec2.ts";
import { launchTemplates } from "../../world/records/ec2.ts";
import { findTemplate, findVersion } from "../../world/templates.ts";
import { applyFilters, type FilterFields } from "./filters.ts";
import { toLaunchTemplate, toLaunchTemplateVersion } from "./launch-template-responses.ts";

const fields: FilterFields<LaunchTemplateRecord> = {
  "launch-template-name": (template) => template.name,
  "create-time": (template) => template.createdAt.toISOString(),
};

export const describeLaunchTemplates: Handler<typeof ec2, "DescribeLaunchTemplates"> = (input, { region }) => {
  const all = [...launchTemplates(region).values()];
  for (const id of input.LaunchTemplateIds ?? [])
    if (!launchTemplates(region).has(id))
      throw new ApiError(
        "InvalidLaunchTemplateId.NotFound",
        `The specified launch template, with template ID ${id}, does not exist.`,
      );
  for (const name of input.LaunchTemplateNames ?? [])
    if (!all.some((template) => template.name === name))
      throw new ApiError(
        "InvalidLaunchTemplateName.NotFoundException",
        "At least one of the launch templates specified in the request does not exist.",
      );
  const asked = [...(input.LaunchTemplateIds ?? []), ...(input.LaunchTemplateNames ?? [])];
  const found = applyFilters(all, input.Filters, fields).filter(
    (template) => asked.length === 0 || asked.includes(template.id) || asked.includes(template.name),
  );
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 200);
  return { LaunchTemplates: items.map(toLaunchTemplate), NextToken: next };
};

export const describeLaunchTemplateVersions: Handler<typeof ec2, "DescribeLaunchTemplateVersions"> = (
  input,
  { region },
) => {
  const template = findTemplate(region, input);
  const { items, next } = page(chooseVersions(template, input), input.NextToken, input.MaxResults ?? 200);
  return {
    LaunchTemplateVersions: items.map((version) => toLaunchTemplateVersion(template, version)),
    NextToken: next,
  };
};

/** Newest first, as EC2 lists them. */
function chooseVersions(
  template: LaunchTemplateRecord,
  input: ec2.DescribeLaunchTemplateVersionsCommandInput,
): LaunchTemplateVersionRecord[] {
  if (input.Versions?.length) return [...new Set(input.Versions.map((version) => findVersion(template, version)))];
  const from = input.MinVersion ? Number(input.MinVersion) : 1;
  const to = input.MaxVersion ? Number(input.MaxVersion) : Infinity;
  return template.versions.filter(({ number }) => number >= from && number <= to).toReversed();
}
