import { setImmediate } from "node:timers/promises";
import type { RegisterTaskDefinitionCommandInput, Service, Task } from "@aws-sdk/client-ecs";
import { NoRuntime } from "../../src/sandbox/runtime/none.ts";
import { instanceProfiles, roles } from "../../src/sandbox/services/iam/records.ts";
import { service } from "../../src/sandbox/services/ecs/service.ts";
import type { Call, Handlers } from "../../src/sandbox/wire/api.ts";
import { stepAlarms } from "../../src/sandbox/world/alarms.ts";
import { stepCapacityProviders } from "../../src/sandbox/world/capacity-providers.ts";
import { Clock } from "../../src/sandbox/world/clock.ts";
import { stepContainerInstances } from "../../src/sandbox/world/container-instances.ts";
import { stepGroupScaling } from "../../src/sandbox/world/group-scaling.ts";
import { logGroups } from "../../src/sandbox/world/records/logs.ts";
import { type GroupRecord, groups } from "../../src/sandbox/world/records/autoscaling.ts";
import { type InstanceRecord, instances } from "../../src/sandbox/world/records/ec2.ts";
import { stepServiceMetrics } from "../../src/sandbox/world/service-metrics.ts";
import { stepServices } from "../../src/sandbox/world/services.ts";
import { stepTasks } from "../../src/sandbox/world/tasks.ts";
import { type Engine, type Region, World } from "../../src/sandbox/world/world.ts";
import type * as ecs from "@aws-sdk/client-ecs";

type Ecs = Required<Handlers<typeof ecs>>;
type InputOf<Op extends keyof Ecs> = Parameters<Ecs[Op]>[0];
type OutputOf<Op extends keyof Ecs> = Awaited<ReturnType<Ecs[Op]>>;

export const cluster = "shop";
const profileArn = "arn:aws:iam::123456789012:instance-profile/ecsInstanceRole";

/** ECS alone in a stepped world: machines are put in by hand, tasks are nothing but records. */
export class EcsWorld {
  readonly runtime = new NoRuntime();
  readonly world: World;
  readonly region: Region;
  private machines = 0;

  /** `before`: engines that run ahead of ECS's own. */
  constructor(before: readonly Engine[] = []) {
    const own = [stepContainerInstances, stepServices, stepTasks, stepCapacityProviders, stepServiceMetrics];
    const engines = [...before, ...own, stepAlarms, stepGroupScaling];
    const clock = new Clock({ stepped: true, start: Date.parse("2026-11-22T07:00:00Z") });
    this.world = new World({ clock, runtime: this.runtime, engines });
    this.region = this.world.region("us-east-1");
    addInstanceRole(this.world.global);
  }

  /** Calls an ECS action. */
  async call<Op extends keyof Ecs>(operation: Op, input: InputOf<Op>): Promise<OutputOf<Op>> {
    const call: Call = {
      service: "ECS",
      operation,
      region: this.region,
      requestId: "1",
      protocol: "json1.1",
    };
    const handler = (service.handlers as Ecs)[operation] as (input: InputOf<Op>, call: Call) => unknown;
    return (await handler(input, call)) as OutputOf<Op>;
  }

  /** Moves on second by second, letting what each second started settle. */
  async advance(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.world.step(1);
      await setImmediate();
    }
  }

  /** Moves on until the condition holds, at most that many seconds. */
  async until(condition: () => boolean | Promise<boolean>, seconds = 600): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      if (await condition()) return;
      await this.advance(1);
    }
    throw new Error(`did not happen within ${seconds} s: ${condition.toString()}`);
  }

  /** A running EC2 instance whose user data names the cluster. */
  addMachine(options: Partial<InstanceRecord> = {}): InstanceRecord {
    const number = ++this.machines;
    const machine = machineRecord({
      id: `i-${String(number).padStart(17, "0")}`,
      launchedAt: this.world.clock.date(),
      changedAt: this.world.clock.date(),
      address: `127.0.1.${number}`,
      availabilityZone: `us-east-1${"abc"[(number - 1) % 3]}`,
      ...options,
    });
    instances(this.region).set(machine.id, machine);
    return machine;
  }

  /** The cluster, with that many instances registered. */
  async start(machines: number): Promise<void> {
    await this.call("CreateCluster", { clusterName: cluster });
    for (let count = 0; count < machines; count++) this.addMachine();
    await this.advance(21);
  }

  addGroup(options: Partial<GroupRecord> = {}): GroupRecord {
    const group: GroupRecord = {
      name: "asg",
      arn: this.region.arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/asg"),
      min: 0,
      max: 3,
      desired: 0,
      launchTemplate: { id: "lt-1", name: "lt", version: "1" },
      subnetIds: ["subnet-1"],
      newInstancesProtected: true,
      suspendedProcesses: [],
      createdAt: this.world.clock.date(),
      deleting: false,
      members: [],
      tags: [],
      activities: [],
      ...options,
    };
    groups(this.region).set(group.name, group);
    return group;
  }

  /** A machine of the group, in service. */
  addMember(group: GroupRecord): InstanceRecord {
    const machine = this.addMachine({ groupName: group.name });
    group.members.push({ instanceId: machine.id, lifecycleState: "InService", protectedFromScaleIn: true });
    return machine;
  }

  async register(changes: Partial<RegisterTaskDefinitionCommandInput> = {}): Promise<string> {
    const { taskDefinition } = await this.call("RegisterTaskDefinition", { ...webTask, ...changes });
    return taskDefinition?.taskDefinitionArn ?? "";
  }

  async createService(changes: Partial<InputOf<"CreateService">> = {}): Promise<void> {
    if (changes.taskDefinition === undefined) await this.register();
    const input = { cluster, serviceName: "web", taskDefinition: "web", desiredCount: 1, launchType: "EC2" as const };
    await this.call("CreateService", { ...input, ...changes });
  }

  async service(name = "web"): Promise<Service> {
    const { services = [] } = await this.call("DescribeServices", { cluster, services: [name] });
    if (!services[0]) throw new Error(`no service ${name}`);
    return services[0];
  }

  /** Event messages without `(service web) `, oldest first, ids replaced by `…`. */
  async events(): Promise<string[]> {
    const { events = [] } = await this.service();
    return events
      .map(({ message = "" }) => message.replace("(service web) ", "").replaceAll(/[0-9a-f]{32}|\d{19}/g, "…"))
      .toReversed();
  }

  async tasks(desiredStatus: "RUNNING" | "STOPPED" = "RUNNING"): Promise<Task[]> {
    const { taskArns = [] } = await this.call("ListTasks", { cluster, desiredStatus });
    if (taskArns.length === 0) return [];
    return (await this.call("DescribeTasks", { cluster, tasks: taskArns })).tasks ?? [];
  }

  async isSteady(): Promise<boolean> {
    const { deployments = [], events = [] } = await this.service();
    const steady = events[0]?.message?.endsWith("has reached a steady state.") ?? false;
    return deployments.length === 1 && deployments[0]?.rolloutState === "COMPLETED" && steady;
  }

  addLogGroup(name: string): void {
    const createdAt = this.world.clock.now();
    logGroups(this.region).set(name, { name, createdAt, tags: {}, streams: {}, events: [], eventCount: 0 });
  }
}

export const webTask: RegisterTaskDefinitionCommandInput = {
  family: "web",
  networkMode: "bridge",
  cpu: "256",
  memory: "512",
  containerDefinitions: [
    {
      name: "web-container",
      image: "127.0.0.1:4566/web:latest",
      portMappings: [{ containerPort: 80, hostPort: 0 }],
    },
  ],
};

/** An EC2 instance that runs and may register with the cluster. */
export function machineRecord(options: Partial<InstanceRecord>): InstanceRecord {
  return {
    id: "i-00000000000000001",
    state: "running",
    launchedAt: new Date(0),
    changedAt: new Date(0),
    instanceType: "t2.small",
    imageId: "ami-1",
    address: "127.0.0.1",
    availabilityZone: "us-east-1a",
    subnetId: "subnet-1",
    vpcId: "vpc-1",
    securityGroupIds: [],
    instanceProfileArn: profileArn,
    userData: `#!/bin/bash\necho ECS_CLUSTER=${cluster} >> /etc/ecs/ecs.config\n`,
    publicIp: true,
    rootVolumeGiB: 30,
    tags: [],
    ...options,
  };
}

/** `ecsInstanceRole` with its profile, as the guided project makes them. */
export function addInstanceRole(global: Region): void {
  const createdAt = new Date(0);
  roles(global).set("ecsInstanceRole", {
    name: "ecsInstanceRole",
    id: "AROA1",
    arn: "arn:aws:iam::123456789012:role/ecsInstanceRole",
    path: "/",
    trustPolicy: "{}",
    maxSessionSeconds: 3600,
    createdAt,
    tags: [],
    attached: ["arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"],
    inline: {},
  });
  instanceProfiles(global).set("ecsInstanceRole", {
    name: "ecsInstanceRole",
    id: "AIPA1",
    arn: profileArn,
    path: "/",
    createdAt,
    roleNames: ["ecsInstanceRole"],
    tags: [],
  });
}
