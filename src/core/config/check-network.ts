import type { Fault } from "./cross-check.ts";
import type { Config } from "./schema.ts";

/** What a network cannot be, as far as that is certain without asking AWS. */
export function checkNetwork({ network, loadBalancer }: Config): Fault[] {
  if (!network) return [];
  const { vpc, subnets } = network;
  if (vpc === undefined && subnets === undefined)
    return [
      {
        path: ["network"],
        code: "MissingValue",
        message: "network: found neither vpc nor subnets, expected one of them at least",
        hint: "Leave network out for the account's default VPC.",
      },
    ];
  const twice = subnets?.findIndex((id, index) => subnets.indexOf(id) !== index) ?? -1;
  if (twice >= 0)
    return [
      {
        path: ["network", "subnets", twice],
        code: "InvalidValue",
        message: `network.subnets[${twice}]: found ${subnets?.[twice]} twice, expected it once`,
      },
    ];
  if (!loadBalancer || subnets?.length !== 1) return [];
  return [
    {
      path: ["network", "subnets"],
      code: "InvalidValue",
      message: "network.subnets: found one, expected at least two, in two zones: a load balancer stands in both",
      hint: "Name a subnet of another zone too.",
    },
  ];
}
