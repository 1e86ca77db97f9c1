import { configSchema } from "../../src/core/config/schema.ts";
import type { Project } from "../../src/core/config/project.ts";
import { addCapacity } from "./capacity.ts";
import type { TestSandbox } from "./sandbox.ts";

/** The guided project's configuration, as tests need it. */
export const project: Project = {
  config: configSchema.parse({
    app: "flash-sale",
    image: { repository: "flash-sale-webapp" },
    cluster: { name: "flash-sale-cluster" },
    service: { name: "flash-sale-service" },
    task: {
      family: "flash-sale-task",
      cpu: 256,
      memory: 256,
      container: { name: "web-container", port: 80 },
      logs: { group: "/ecs/flash-sale-webapp" },
    },
  }),
  file: "/nowhere/ecsctl.yaml",
  dir: "/nowhere",
  sources: {},
};

const cluster = project.config.cluster.name;
const service = project.config.service.name;

/** Makes cluster, instance and service of the guided project by the API alone, and waits until a task runs. */
export async function addFlashSale(sandbox: TestSandbox): Promise<void> {
  const aws = sandbox.aws();
  await aws.call("ecs", "CreateCluster", { clusterName: cluster });
  await addCapacity(sandbox, cluster);
  await aws.call("ecs", "RegisterTaskDefinition", {
    family: "flash-sale-task",
    networkMode: "bridge",
    cpu: "256",
    memory: "256",
    containerDefinitions: [
      { name: "web-container", image: "127.0.0.1/web:1", portMappings: [{ containerPort: 80, hostPort: 0 }] },
    ],
  });
  await aws.call("ecs", "CreateService", {
    cluster,
    serviceName: service,
    taskDefinition: "flash-sale-task",
    desiredCount: 1,
    launchType: "EC2",
  });
  for (let second = 0; second < 300; second += 5) {
    const { services = [] } = await aws.call("ecs", "DescribeServices", { cluster, services: [service] });
    if (services[0]?.runningCount === 1 && services[0].deployments?.[0]?.rolloutState === "COMPLETED") return;
    await sandbox.advance(5);
  }
  throw new Error("no task runs after five minutes of the world's time");
}

const target = {
  ServiceNamespace: "ecs",
  ResourceId: `service/${cluster}/${service}`,
  ScalableDimension: "ecs:service:DesiredCount",
} as const;

/** The policy of the guided project: 1 to 3 tasks, CPU at 50 %. */
export async function addPolicy(sandbox: TestSandbox): Promise<void> {
  const aws = sandbox.aws();
  await aws.call("application-autoscaling", "RegisterScalableTarget", { ...target, MinCapacity: 1, MaxCapacity: 3 });
  await aws.call("application-autoscaling", "PutScalingPolicy", {
    ...target,
    PolicyName: "cpu-target-tracking",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
      ScaleOutCooldown: 30,
      ScaleInCooldown: 30,
    },
  });
}

/** Takes the service from auto scaling; its policies and their alarms go too. */
export async function removePolicy(sandbox: TestSandbox): Promise<void> {
  await sandbox.aws().call("application-autoscaling", "DeregisterScalableTarget", target);
}
