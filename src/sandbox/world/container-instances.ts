import { instanceProfiles, roles } from "../services/iam/records.ts";
import { drainsGroup } from "./managed-draining.ts";
import { groups, isLeaving } from "./records/autoscaling.ts";
import { type InstanceRecord, instances, instanceTypes } from "./records/ec2.ts";
import { clusters, containerInstances, type ContainerInstanceRecord, lastPart } from "./records/ecs.ts";
import { tasksOn } from "./placement.ts";
import { requestStop } from "./task-requests.ts";
import type { Region } from "./world.ts";

/** The agent of a fresh instance registers about that long after EC2 calls it running. */
const agentMs = 20_000;
/** INACTIVE container instances stay visible for an hour. */
const keptMs = 3600_000;
const instancePolicy = "AmazonEC2ContainerServiceforEC2Role";

/** The agents: instances register with their cluster, drain when their group lets them go, and end with their machine. */
export function stepContainerInstances(region: Region, now: number): void {
  const known = new Set<string>();
  for (const [id, record] of containerInstances(region)) {
    known.add(record.ec2InstanceId);
    const machine = instances(region).get(record.ec2InstanceId);
    if (record.status === "INACTIVE") {
      if (now - (record.deregisteredAt?.getTime() ?? 0) >= keptMs) containerInstances(region).delete(id);
    } else if (!machine || machine.state === "shutting-down" || machine.state === "terminated")
      loseInstance(region, record, now);
    else drainLeaving(region, record, machine);
  }
  for (const machine of instances(region).values())
    if (!known.has(machine.id) && machine.state === "running" && now - machine.changedAt.getTime() >= agentMs)
      register(region, machine, now);
}

function register(region: Region, machine: InstanceRecord, now: number): void {
  const clusterName = /^\s*(?:echo\s+["']?)?ECS_CLUSTER=["']?([\w-]+)/m.exec(machine.userData)?.[1] ?? "default";
  const cluster = clusters(region).get(clusterName);
  if (cluster?.status !== "ACTIVE" || !mayRegister(region, machine)) return;
  const id = region.id("", 32);
  const type = instanceTypes[machine.instanceType];
  containerInstances(region).set(id, {
    id,
    arn: region.arn("ecs", `container-instance/${clusterName}/${id}`),
    clusterName,
    ec2InstanceId: machine.id,
    status: "ACTIVE",
    agentConnected: true,
    registeredAt: new Date(now),
    address: machine.address,
    instanceType: machine.instanceType,
    availabilityZone: machine.availabilityZone,
    cpu: (type?.vcpus ?? 1) * 1024,
    memoryMiB: type?.registeredMemoryMiB ?? 957,
    attributes: describeAttributes(machine),
    tags: [],
    version: 1,
    nextPort: 32768,
  });
}

/** The agent may call ECS only with the managed policy (or an inline one that names the call) on its profile's role. */
function mayRegister(region: Region, machine: InstanceRecord): boolean {
  const { global } = region.world;
  const profile = instanceProfiles(global).get(lastPart(machine.instanceProfileArn ?? ""));
  return (profile?.roleNames ?? []).some((name) => {
    const role = roles(global).get(name);
    if (!role) return false;
    const inline = Object.values(role.inline).some((text) => /"ecs:(\*|RegisterContainerInstance)"/.test(text));
    return inline || role.attached.some((arn) => arn.endsWith(`/${instancePolicy}`));
  });
}

function describeAttributes(machine: InstanceRecord): Record<string, string> {
  return {
    "ecs.ami-id": machine.imageId,
    "ecs.availability-zone": machine.availabilityZone,
    "ecs.cpu-architecture": "x86_64",
    "ecs.instance-type": machine.instanceType,
    "ecs.os-family": "LINUX",
    "ecs.os-type": "linux",
    "ecs.subnet-id": machine.subnetId,
    "ecs.vpc-id": machine.vpcId,
    "com.amazonaws.ecs.capability.docker-remote-api.1.21": "",
    "com.amazonaws.ecs.capability.ecr-auth": "",
    "com.amazonaws.ecs.capability.logging-driver.awslogs": "",
    "com.amazonaws.ecs.capability.logging-driver.json-file": "",
    "ecs.capability.execution-role-awslogs": "",
    "ecs.capability.execution-role-ecr-pull": "",
  };
}

/** Managed draining: an instance that its group is about to end takes no more tasks and loses those it has. */
function drainLeaving(region: Region, record: ContainerInstanceRecord, machine: InstanceRecord): void {
  if (record.status === "DRAINING" || machine.groupName === undefined) return;
  const group = groups(region).get(machine.groupName);
  const member = group?.members.find((one) => one.instanceId === machine.id);
  if (!group || !member || !isLeaving(member) || !drainsGroup(region, group)) return;
  record.status = "DRAINING";
  record.version++;
}

function loseInstance(region: Region, record: ContainerInstanceRecord, now: number): void {
  deregister(record, now);
  for (const task of tasksOn(region, record.id))
    requestStop(task, "TerminationNotice", `Host EC2 (instance ${record.ec2InstanceId}) terminated.`, now);
}

/** Takes a container instance out of its cluster. */
export function deregister(record: ContainerInstanceRecord, now: number): void {
  record.status = "INACTIVE";
  record.agentConnected = false;
  record.deregisteredAt = new Date(now);
  record.version++;
}
