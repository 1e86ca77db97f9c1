import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, type Handler } from "../../wire/api.ts";
import { openNetwork } from "../../world/network.ts";
import { subnets } from "../../world/records/ec2.ts";
import { missingParameter } from "./errors.ts";

/** Says whether instances of a subnet get public addresses; its other attributes are refused by name. */
export const modifySubnetAttribute: Handler<typeof ec2, "ModifySubnetAttribute"> = (input, { region }) => {
  openNetwork(region);
  const { SubnetId: id, MapPublicIpOnLaunch, ...others } = input;
  if (!id) throw missingParameter("subnetId");
  const subnet = subnets(region).get(id);
  if (!subnet) throw new ApiError("InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new ApiError("InvalidParameterValue", `The sandbox's subnets have MapPublicIpOnLaunch only, not ${unknown}.`);
  if (MapPublicIpOnLaunch?.Value === undefined) throw missingParameter("mapPublicIpOnLaunch");
  subnet.mapPublicIp = MapPublicIpOnLaunch.Value;
  return {};
};
