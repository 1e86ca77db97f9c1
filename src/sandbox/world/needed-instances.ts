import { providerOf, requirementOf, type Requirement, usagesOf } from "./placement.ts";
import type { GroupRecord } from "./records/autoscaling.ts";
import { instances, instanceTypes, launchTemplates } from "./records/ec2.ts";
import { type CapacityProviderRecord, type ClusterRecord, containerInstances, tasks } from "./records/ecs.ts";
import type { Region } from "./world.ts";

/** M of AWS's formula: instances that run tasks, and as many more as the tasks in PROVISIONING fill. */
export function countNeeded(
  region: Region,
  cluster: ClusterRecord,
  provider: CapacityProviderRecord,
  group: GroupRecord,
): number {
  const own = [...containerInstances(region).values()].filter(
    (one) => one.clusterName === cluster.name && one.status !== "INACTIVE" && providerOf(region, one) === provider.name,
  );
  const busy = [...usagesOf(region, own, false).values()].filter(({ taskCount }) => taskCount > 0).length;
  const waiting = [...tasks(region).values()].filter(
    (task) =>
      task.phase === "PROVISIONING" && task.clusterName === cluster.name && task.capacityProviderName === provider.name,
  );
  if (waiting.length === 0) return busy;
  const needs = waiting.map((task) => requirementOf(region, task));
  return busy + packed(needs, sizeOf(region, group));
}

function sizeOf(region: Region, group: GroupRecord): { cpu: number; memoryMiB: number } {
  const member = group.members.map((one) => instances(region).get(one.instanceId)).find((one) => one !== undefined);
  const template = launchTemplates(region).get(group.launchTemplate.id)?.versions.at(-1)?.data;
  const type = instanceTypes[member?.instanceType ?? template?.InstanceType ?? ""];
  return { cpu: (type?.vcpus ?? 1) * 1024, memoryMiB: type?.registeredMemoryMiB ?? 957 };
}

/** How many empty instances the tasks fill, first fit. A task that fits none counts for none: no instance would help. */
function packed(needs: readonly Requirement[], size: { cpu: number; memoryMiB: number }): number {
  const bins: { cpu: number; memoryMiB: number; ports: Set<number>; group: Set<string> }[] = [];
  for (const need of needs) {
    if (need.cpu > size.cpu || need.memoryMiB > size.memoryMiB) continue;
    const distinct = need.constraints.some((constraint) => constraint.type === "distinctInstance");
    let bin = bins.find(
      (one) =>
        one.cpu >= need.cpu &&
        one.memoryMiB >= need.memoryMiB &&
        !need.ports.some((port) => one.ports.has(port)) &&
        !(distinct && one.group.has(need.group)),
    );
    if (!bin) bins.push((bin = { ...size, ports: new Set(), group: new Set() }));
    bin.cpu -= need.cpu;
    bin.memoryMiB -= need.memoryMiB;
    for (const port of need.ports) bin.ports.add(port);
    bin.group.add(need.group);
  }
  return bins.length;
}
