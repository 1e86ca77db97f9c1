import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, type Handler } from "../../wire/api.ts";
import { openNetwork, removeVpc } from "../../world/network.ts";
import { instances, securityGroups, subnets, vpcs } from "../../world/records/ec2.ts";
import { networkInterfaces } from "../../world/records/network-interfaces.ts";
import { missingParameter } from "./errors.ts";

/** A VPC goes when its subnets and all security groups but the `default` one have gone. */
export const deleteVpc: Handler<typeof ec2, "DeleteVpc"> = (input, { region }) => {
  openNetwork(region);
  if (!input.VpcId) throw missingParameter("vpcId");
  const vpc = vpcs(region).get(input.VpcId);
  if (!vpc) throw new ApiError("InvalidVpcID.NotFound", `The vpc ID '${input.VpcId}' does not exist`);
  const within = [...subnets(region).values(), ...securityGroups(region).values()].filter(
    (one) => one.vpcId === vpc.id && !("name" in one && one.name === "default"),
  );
  if (within.length > 0)
    throw new ApiError("DependencyViolation", `The vpc '${vpc.id}' has dependencies and cannot be deleted.`);
  removeVpc(region, vpc);
  return {};
};

/** A subnet goes when no network interface is in it. */
export const deleteSubnet: Handler<typeof ec2, "DeleteSubnet"> = (input, { region }) => {
  openNetwork(region);
  const { SubnetId: id } = input;
  if (!id) throw missingParameter("subnetId");
  if (!subnets(region).has(id)) throw new ApiError("InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`);
  const used =
    [...instances(region).values()].some((one) => one.subnetId === id && one.state !== "terminated") ||
    [...networkInterfaces(region).values()].some((one) => one.subnetId === id);
  if (used) throw new ApiError("DependencyViolation", `The subnet '${id}' has dependencies and cannot be deleted.`);
  subnets(region).delete(id);
  return {};
};
