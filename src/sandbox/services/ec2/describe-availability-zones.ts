import type * as ec2 from "@aws-sdk/client-ec2";
import type { Handler } from "../../wire/api.ts";
import type { Zone } from "../../world/zones.ts";
import { zonesOf } from "../../world/zones.ts";
import { ApiError } from "../../wire/api.ts";
import { applyFilters, type FilterFields } from "./filters.ts";

const fields: FilterFields<Zone> = {
  "zone-name": (zone) => zone.name,
  "zone-id": (zone) => zone.id,
  "zone-type": () => "availability-zone",
  "region-name": (zone) => zone.name.slice(0, -1),
  "group-name": (zone) => zone.name.slice(0, -1),
  "opt-in-status": () => "opt-in-not-required",
  state: () => "available",
};

export const describeAvailabilityZones: Handler<typeof ec2, "DescribeAvailabilityZones"> = (input, { region }) => {
  const zones = zonesOf(region.name);
  for (const name of input.ZoneNames ?? [])
    if (!zones.some((zone) => zone.name === name))
      throw new ApiError("InvalidParameterValue", `Invalid availability zone: [${name}]`);
  const asked = [...(input.ZoneNames ?? []), ...(input.ZoneIds ?? [])];
  return {
    AvailabilityZones: applyFilters(zones, input.Filters, fields)
      .filter((zone) => asked.length === 0 || asked.includes(zone.name) || asked.includes(zone.id))
      .map((zone) => ({
        ZoneName: zone.name,
        ZoneId: zone.id,
        ZoneType: "availability-zone",
        RegionName: region.name,
        GroupName: region.name,
        NetworkBorderGroup: region.name,
        OptInStatus: "opt-in-not-required",
        State: "available",
        Messages: [],
      })),
  };
};
