import type { ResourceType, Tag, TagSpecification } from "@aws-sdk/client-ec2";
import { ApiError } from "../../wire/api.ts";
import type { Region } from "../../world/world.ts";
import { openNetwork } from "../../world/network.ts";
import { instances, launchTemplates, securityGroups, subnets, vpcs } from "../../world/records/ec2.ts";

/** The tags that a creation asks for on a resource of that type. */
export function tagsFor(specifications: readonly TagSpecification[] | undefined, type: ResourceType): Tag[] {
  return mergeTags(
    [],
    (specifications ?? []).filter((one) => one.ResourceType === type).flatMap((one) => one.Tags ?? []),
  );
}

/** Tags with others put over them; keys of AWS's own are refused. */
export function mergeTags(tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(tags.map((tag) => [tag.Key, tag]));
  for (const { Key, Value } of added) {
    if (Key?.startsWith("aws:"))
      throw new ApiError(
        "InvalidParameterValue",
        `Value ( ${Key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
      );
    merged.set(Key, { Key: Key ?? "", Value: Value ?? "" });
  }
  return [...merged.values()];
}

/** Everything of EC2 that carries tags. */
export function taggedResources(
  region: Region,
): { type: ResourceType; records: Map<string, { id: string; tags: Tag[] }> }[] {
  openNetwork(region);
  return [
    { type: "instance", records: instances(region) },
    { type: "launch-template", records: launchTemplates(region) },
    { type: "security-group", records: securityGroups(region) },
    { type: "subnet", records: subnets(region) },
    { type: "vpc", records: vpcs(region) },
  ];
}
