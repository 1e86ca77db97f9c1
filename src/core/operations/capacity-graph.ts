import type { Aws } from "../aws/aws.ts";
import { parseDuration } from "../config/duration.ts";
import type { Config } from "../config/schema.ts";
import { bindNode, type Node } from "../plan/graph.ts";
import { autoScalingGroup } from "../resources/auto-scaling-group.ts";
import { capacityProvider } from "../resources/capacity-provider.ts";
import { iamRole } from "../resources/iam-role.ts";
import { instanceProfile } from "../resources/instance-profile.ts";
import { launchTemplate } from "../resources/launch-template.ts";
import { describeWish, noteNetwork } from "../resources/network.ts";
import { securityGroup, type IngressRule } from "../resources/security-group.ts";
import type { Surroundings } from "../resources/surroundings.ts";
import { ownTags } from "../resources/tags.ts";

type Capacity = NonNullable<Config["cluster"]["capacity"]>;

/**
 * Names follow from the app, so a second run finds what the first made. AWS forbids names of security groups that
 * begin with `sg-` and of capacity providers that begin with `ecs`, so the app's name comes last.
 */
export const capacityNames = (app: string) => ({
  group: `instances-${app}`,
  template: `instances-${app}`,
  firewall: `instances-${app}`,
  provider: `capacity-${app}`,
});

/** Docker's range of dynamic host ports on Amazon Linux 2023: `net.ipv4.ip_local_port_range`. */
const ephemeral = { fromPort: 32768, toPort: 60999 };

/** AWS waits 300 s for an instance; an ECS instance takes tasks within a minute of its start. */
const shortWarmup = "60s";

const isProtected = ({ terminationProtection }: Capacity): boolean => terminationProtection ?? true;

function ingressOf(config: Config, capacity: Capacity): IngressRule[] {
  const { hostPort } = config.task.container;
  const cidr = capacity.ingressCidr;
  if (hostPort !== 0) return [{ fromPort: hostPort, toPort: hostPort, cidr, description: "host port of the task" }];
  return [
    { fromPort: 80, toPort: 80, cidr, description: "HTTP" },
    { ...ephemeral, cidr, description: "dynamic host ports of tasks" },
  ];
}

function firewallNotes(config: Config, capacity: Capacity): string[] {
  if (!["0.0.0.0/0", "::/0"].includes(capacity.ingressCidr)) return [];
  const ports = ingressOf(config, capacity).map(({ fromPort, toPort }) =>
    fromPort === toPort ? String(fromPort) : `${fromPort}-${toPort}`,
  );
  return [`ports ${ports.join(" and ")} are open to the world; cluster.capacity.ingressCidr narrows that`];
}

/** Policies with which an instance can do more than run tasks. */
const tooMuch = ["AmazonEC2ContainerRegistryPowerUser", "AmazonEC2ContainerRegistryFullAccess", "AdministratorAccess"];

function roleNotes(capacity: Capacity): string[] {
  const names = capacity.instanceRolePolicies.map((policy) => policy.split("/").at(-1) ?? policy);
  return names
    .filter((name) => tooMuch.includes(name))
    .map((name) => `${name} is more than an instance needs: the execution role pulls the image`);
}

function buildRoleNodes(aws: Aws, config: Config, capacity: Capacity): [role: Node, profile: Node] {
  const tags = ownTags(config.app, config.tags);
  const name = capacity.instanceRole;
  const role = bindNode(iamRole, aws, {
    name,
    title: `instance role ${name}`,
    notes: roleNotes(capacity),
    spec: () => ({
      name,
      principal: "ec2.amazonaws.com",
      policies: capacity.instanceRolePolicies,
      description: "EC2 instances of an ECS cluster; made by ecsctl",
      tags,
    }),
  });
  const profile = bindNode(instanceProfile, aws, {
    name,
    title: `instance profile ${name}`,
    needs: [role.id],
    spec: () => ({ name, role: name, tags }),
  });
  return [role, profile];
}

/** The instances and all that they need: role, profile, firewall, launch template, Auto Scaling group, provider. */
export function buildCapacityNodes(aws: Aws, config: Config, capacity: Capacity, around: Surroundings): Node[] {
  const tags = ownTags(config.app, config.tags);
  const names = capacityNames(config.app);
  const [role, profile] = buildRoleNodes(aws, config, capacity);
  const firewall = bindNode(securityGroup, aws, {
    name: names.firewall,
    notes: [...firewallNotes(config, capacity), ...noteNetwork(config.network)],
    spec: () => ({
      name: names.firewall,
      vpcId: around.vpcId,
      description: `Instances of ${config.app}, made by ecsctl`,
      ingress: ingressOf(config, capacity),
      tags,
    }),
  });
  const template = bindNode(launchTemplate, aws, {
    name: names.template,
    needs: [firewall.id, profile.id],
    spec: (outputs) => ({
      name: names.template,
      instanceType: capacity.instanceType,
      imageId: around.image.id,
      rootDevice: around.image.rootDevice,
      imageSource: capacity.ami,
      securityGroupId: outputs(firewall.id, "id"),
      instanceProfile: capacity.instanceRole,
      rootVolumeGiB: capacity.rootVolumeGiB,
      clusterName: config.cluster.name,
      tags,
    }),
  });
  const group = buildGroupNode(aws, config, capacity, around, template.id);
  return [role, profile, firewall, template, group, ...buildProviderNode(aws, config, capacity, group.id)];
}

function buildGroupNode(aws: Aws, config: Config, capacity: Capacity, around: Surroundings, template: string): Node {
  const names = capacityNames(config.app);
  return bindNode(autoScalingGroup, aws, {
    name: names.group,
    title: `Auto Scaling group ${names.group}`,
    // The agent of an instance that finds no cluster gives up.
    needs: [template, `ecs-cluster/${config.cluster.name}`],
    spec: () => ({
      name: names.group,
      min: capacity.min,
      max: capacity.max,
      launchTemplate: names.template,
      subnetIds: around.subnetIds,
      network: describeWish(config.network),
      protectInstances:
        config.service.launchType === "capacity-provider" && capacity.managedScaling && isProtected(capacity),
      tags: ownTags(config.app, config.tags),
    }),
  });
}

function buildProviderNode(aws: Aws, config: Config, capacity: Capacity, group: string): Node[] {
  if (config.service.launchType !== "capacity-provider") return [];
  const { provider } = capacityNames(config.app);
  return [
    bindNode(capacityProvider, aws, {
      name: provider,
      needs: [group],
      spec: (outputs) => ({
        name: provider,
        clusterName: config.cluster.name,
        groupArn: outputs(group, "arn"),
        managedScaling: capacity.managedScaling,
        targetCapacity: capacity.targetCapacity,
        warmupSeconds: parseDuration(capacity.instanceWarmup ?? shortWarmup) ?? 60,
        maxStep: capacity.maxStep ?? 10_000,
        draining: capacity.managedDraining ?? true,
        protection: isProtected(capacity),
        tags: ownTags(config.app, config.tags),
      }),
    }),
  ];
}
