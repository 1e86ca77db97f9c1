import { InvalidTargetException, type TargetHealthDescription } from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Handler, meta } from "../../wire/api.ts";
import { instances } from "../../world/records/ec2.ts";
import { balancersOf, type TargetGroupRecord, targetKey } from "../../world/records/elb.ts";
import { deregisterTarget, registerTarget } from "../../world/targets.ts";
import type { Region } from "../../world/world.ts";
import { validationError } from "./errors.ts";
import { findGroup } from "./find.ts";

function checkTarget(region: Region, group: TargetGroupRecord, id: string): void {
  if (group.targetType === "ip" && !/^\d+(\.\d+){3}$/.test(id))
    throw validationError(`The IP address '${id}' is not a valid IPv4 address`);
  if (group.targetType === "instance" && instances(region).get(id)?.state !== "running")
    throw new InvalidTargetException({
      message: `The following targets are not in a running state and cannot be registered: '${id}'`,
      ...meta,
    });
}

export const registerTargets: Handler<typeof elb, "RegisterTargets"> = (input, { region }) => {
  const group = findGroup(region, input.TargetGroupArn);
  for (const { Id = "" } of input.Targets ?? []) checkTarget(region, group, Id);
  for (const { Id = "", Port = group.port } of input.Targets ?? [])
    registerTarget(region, group, { id: Id, port: Port });
  return {};
};

export const deregisterTargets: Handler<typeof elb, "DeregisterTargets"> = (input, { region }) => {
  const group = findGroup(region, input.TargetGroupArn);
  const now = region.world.clock.now();
  for (const { Id, Port } of input.Targets ?? [])
    for (const target of Object.values(group.targets))
      if (target.id === Id && (Port === undefined || Port === target.port)) deregisterTarget(target, now);
  return {};
};

export const describeTargetHealth: Handler<typeof elb, "DescribeTargetHealth"> = (input, { region }) => {
  const group = findGroup(region, input.TargetGroupArn);
  const used = balancersOf(region, group.arn).length > 0;
  const asked = input.Targets?.length
    ? input.Targets.map(({ Id = "", Port = group.port }) => ({ id: Id, port: Port }))
    : Object.values(group.targets);
  return { TargetHealthDescriptions: asked.map(({ id, port }) => describe(group, id, port, used)) };
};

function describe(group: TargetGroupRecord, id: string, port: number, used: boolean): TargetHealthDescription {
  const target = group.targets[targetKey(id, port)];
  const health = target
    ? { State: target.state, Reason: target.reason as elb.TargetHealthReasonEnum, Description: target.description }
    : {
        State: "unused" as const,
        Reason: (used ? "Target.NotRegistered" : "Target.NotInUse") as elb.TargetHealthReasonEnum,
        Description: "Target is not registered to the target group",
      };
  return { Target: { Id: id, Port: port }, HealthCheckPort: String(port), TargetHealth: health };
}
