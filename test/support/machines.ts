import * as autoscaling from "../../src/sandbox/services/autoscaling/service.ts";
import * as ec2 from "../../src/sandbox/services/ec2/service.ts";
import * as iam from "../../src/sandbox/services/iam/service.ts";
import { NoRuntime } from "../../src/sandbox/runtime/none.ts";
import type { Handler, OperationName, ServiceModule } from "../../src/sandbox/wire/api.ts";
import { stepAlarms } from "../../src/sandbox/world/alarms.ts";
import { Clock } from "../../src/sandbox/world/clock.ts";
import { stepGroupScaling } from "../../src/sandbox/world/group-scaling.ts";
import { stepGroups } from "../../src/sandbox/world/groups.ts";
import { stepInstances } from "../../src/sandbox/world/instances.ts";
import { type Region, World } from "../../src/sandbox/world/world.ts";

type Input<M, Op extends OperationName<M>> = Parameters<Handler<M, Op>>[0];
type Output<M, Op extends OperationName<M>> = Awaited<ReturnType<Handler<M, Op>>>;
type Caller<M> = <Op extends OperationName<M>>(operation: Op, input: Input<M, Op>) => Promise<Output<M, Op>>;

export interface Machines {
  world: World;
  region: Region;
  ec2: Caller<typeof ec2.service.module>;
  autoscaling: Caller<typeof autoscaling.service.module>;
  iam: Caller<typeof iam.service.module>;
}

export const imageId = "ami-0ec5a9d2f3b4c6e71";

/** A stepped world of machines only, and its handlers to call; it begins on 2026-01-01 at midnight. */
export function makeMachines(regionName = "us-east-1"): Machines {
  const clock = new Clock({ stepped: true, start: Date.parse("2026-01-01T00:00:00Z") });
  const engines = [stepGroups, stepInstances, stepAlarms, stepGroupScaling];
  const world = new World({ clock, runtime: new NoRuntime(), engines });
  const region = world.region(regionName);
  return {
    world,
    region,
    ec2: callerOf(region, ec2.service),
    autoscaling: callerOf(region, autoscaling.service),
    iam: callerOf(region, iam.service),
  };
}

function callerOf<M>(region: Region, service: ServiceModule<M>): Caller<M> {
  return async <Op extends OperationName<M>>(operation: Op, input: Input<M, Op>): Promise<Output<M, Op>> => {
    const handler = service.handlers[operation];
    if (!handler) throw new Error(`${String(operation)} has no handler`);
    const call = { service: "", operation: String(operation), region, requestId: "1", protocol: "query" as const };
    return (await handler(input, call)) as Output<M, Op>;
  };
}

/** Makes the launch template `web`: a t2.small of the ECS image. */
export async function makeTemplate(machines: Machines, instanceType = "t2.small"): Promise<string> {
  const { LaunchTemplate } = await machines.ec2("CreateLaunchTemplate", {
    LaunchTemplateName: "web",
    LaunchTemplateData: { ImageId: imageId, InstanceType: instanceType as "t2.small" },
  });
  return LaunchTemplate?.LaunchTemplateId ?? "";
}

/** Makes the group `web` from the template `web`, in the given zones. */
export async function makeGroup(
  machines: Machines,
  sizes: { min?: number; max?: number; desired?: number },
  zones = ["us-east-1a", "us-east-1b"],
): Promise<void> {
  await makeTemplate(machines);
  await machines.autoscaling("CreateAutoScalingGroup", {
    AutoScalingGroupName: "web",
    MinSize: sizes.min ?? 0,
    MaxSize: sizes.max ?? 4,
    DesiredCapacity: sizes.desired,
    LaunchTemplate: { LaunchTemplateName: "web", Version: "$Latest" },
    AvailabilityZones: zones,
    Tags: [{ Key: "team", Value: "shop", PropagateAtLaunch: true, ResourceId: "web" }],
  });
}
