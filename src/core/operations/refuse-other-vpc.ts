import type { Config } from "../config/schema.ts";
import { configError } from "../errors.ts";
import { isOwned, type Readings } from "../plan/build.ts";
import { unknownValue } from "../plan/resource.ts";

/** What stands in a VPC for good: AWS moves neither firewalls nor load balancers, nor what hangs on them. */
const rooted = ["load-balancer", "security-group"];

/**
 * Throws a configuration error where the app stands in another VPC than it is to stand in: halfway through a deploy AWS
 * would refuse it. `wanted`: ids of VPCs as far as they are known.
 */
export function refuseOtherVpc(config: Config, readings: Readings, wanted: readonly (string | undefined)[]): void {
  const vpcId = wanted.find((id) => id !== undefined && id !== unknownValue);
  if (vpcId === undefined) return;
  for (const [id, live] of readings) {
    const [kind = "", name] = id.split("/");
    const { vpcId: found } = (live ?? {}) as { vpcId?: string };
    if (!live || !rooted.includes(kind) || found === undefined || found === vpcId) continue;
    const what = `${kind.replace("-", " ")} ${name}`;
    if (!isOwned(live, config.app))
      throw configError({
        code: "OtherVpc",
        message: `The ${what}, which was not made by this app, is in ${found}, and the network of ecsctl.yaml is ${vpcId}.`,
        hint: `Set network.vpc to ${found}, or give loadBalancer.name another name.`,
      });
    throw configError({
      code: "OtherVpc",
      message: `The app is in ${found} already (${what}), and is to be in ${vpcId}: AWS moves nothing from one VPC to another.`,
      hint: `Set network: { vpc: ${found} } in ecsctl.yaml to leave it where it is; or \`ecsctl destroy\` and deploy again; or deploy it under another app name first, and destroy this one then.`,
    });
  }
}
