import { unknownValue } from "../plan/resource.ts";
import type { Surroundings } from "../resources/surroundings.ts";
import type { DeployFacts } from "./deploy-graph.ts";
import { noScalingFacts } from "./scaling-facts.ts";

const nowhere: Surroundings = {
  vpcId: unknownValue,
  subnetIds: [],
  zones: [],
  instanceType: { cpu: 0, memoryMiB: 0 },
  image: { id: unknownValue, rootDevice: unknownValue },
};

/** To read and to delete, nothing needs to be known about the network, the AMI, the instance type or the image. */
export const blindFacts: DeployFacts = {
  surroundings: nowhere,
  network: nowhere,
  image: unknownValue,
  scaling: noScalingFacts,
};
