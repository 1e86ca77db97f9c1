import { mark } from "../references.ts";
import { block, raw, type Body, type Hcl } from "./hcl.ts";
import { ifLive, liveOutput, tagMap, type TerraformKind } from "./kind.ts";

interface StrategyItem {
  capacityProvider: string | undefined;
  weight?: number | undefined;
  base?: number | undefined;
}
const strategy = (items: readonly StrategyItem[] | undefined): Hcl => ({
  blocks: (items ?? []).map(({ capacityProvider, weight, base }) => ({
    capacity_provider: capacityProvider,
    weight,
    base,
  })),
});

const cluster: TerraformKind = {
  resources(calls, source) {
    const { clusterName, settings, tags } = calls.one("ecs", "CreateCluster");
    const setting = { blocks: (settings ?? []).map(({ name, value }) => ({ name, value })) };
    const body = { name: clusterName, tags: tagMap(tags), setting };
    return [{ type: "aws_ecs_cluster", body, importId: ifLive(source, clusterName) }];
  },
  outputs: { arn: "arn" },
  data: ({ name }) => ({ type: "aws_ecs_cluster", body: { cluster_name: name } }),
};

const attachment: TerraformKind = {
  resources(calls, source) {
    const sent = calls.one("ecs", "PutClusterCapacityProviders");
    const body = {
      cluster_name: sent.cluster,
      capacity_providers: sent.capacityProviders,
      default_capacity_provider_strategy: strategy(sent.defaultCapacityProviderStrategy),
    };
    return [{ type: "aws_ecs_cluster_capacity_providers", body, importId: ifLive(source, sent.cluster) }];
  },
  outputs: {},
};

const provider: TerraformKind = {
  resources(calls, source) {
    const { name, tags, autoScalingGroupProvider: at } = calls.one("ecs", "CreateCapacityProvider");
    const { managedScaling: scaling } = at ?? {};
    const body: Body = {
      name,
      tags: tagMap(tags),
      auto_scaling_group_provider: block({
        auto_scaling_group_arn: at?.autoScalingGroupArn,
        managed_termination_protection: at?.managedTerminationProtection,
        managed_draining: at?.managedDraining,
        managed_scaling: block({
          status: scaling?.status,
          target_capacity: scaling?.targetCapacity,
          minimum_scaling_step_size: scaling?.minimumScalingStepSize,
          maximum_scaling_step_size: scaling?.maximumScalingStepSize,
          instance_warmup_period: scaling?.instanceWarmupPeriod,
        }),
      }),
    };
    return [{ type: "aws_ecs_capacity_provider", body, importId: liveOutput(source, "arn") }];
  },
  outputs: { arn: "arn" },
};

const definition: TerraformKind = {
  resources(calls, source) {
    const sent = calls.one("ecs", "RegisterTaskDefinition");
    const body: Body = {
      family: sent.family,
      network_mode: sent.networkMode,
      requires_compatibilities: sent.requiresCompatibilities,
      cpu: sent.cpu,
      memory: sent.memory,
      execution_role_arn: sent.executionRoleArn,
      task_role_arn: sent.taskRoleArn,
      container_definitions: { json: sent.containerDefinitions },
      tags: tagMap(sent.tags),
    };
    return [{ type: "aws_ecs_task_definition", body, importId: liveOutput(source, "arn") }];
  },
  outputs: { arn: "arn" },
};

const service: TerraformKind = {
  resources(calls, source) {
    const sent = calls.one("ecs", "CreateService");
    const { deploymentConfiguration: deployment, networkConfiguration } = sent;
    const { awsvpcConfiguration: network } = networkConfiguration ?? {};
    const { deploymentCircuitBreaker: breaker, alarms } = deployment ?? {};
    const live = source.live as { desiredCount?: number } | undefined;
    const body: Body = {
      name: sent.serviceName,
      // An import gives the cluster by its ARN, and a name in its place would replace the service.
      cluster: mark(`ecs-cluster/${sent.cluster}`, "arn"),
      task_definition: sent.taskDefinition,
      desired_count: live?.desiredCount ?? sent.desiredCount,
      launch_type: sent.launchType,
      scheduling_strategy: sent.schedulingStrategy,
      deployment_minimum_healthy_percent: deployment?.minimumHealthyPercent,
      deployment_maximum_percent: deployment?.maximumPercent,
      health_check_grace_period_seconds: sent.healthCheckGracePeriodSeconds,
      enable_ecs_managed_tags: sent.enableECSManagedTags,
      enable_execute_command: sent.enableExecuteCommand,
      propagate_tags: sent.propagateTags,
      tags: tagMap(sent.tags),
      capacity_provider_strategy: strategy(sent.capacityProviderStrategy),
      network_configuration: network && {
        blocks: [
          {
            subnets: network.subnets,
            security_groups: network.securityGroups,
            assign_public_ip: network.assignPublicIp === "ENABLED",
          },
        ],
      },
      load_balancer: {
        blocks: (sent.loadBalancers ?? []).map((one) => ({
          target_group_arn: one.targetGroupArn,
          container_name: one.containerName,
          container_port: one.containerPort,
        })),
      },
      // The provider knows no threshold of the breaker: AWS's own number of failed tasks applies.
      deployment_circuit_breaker: breaker && {
        blocks: [{ enable: breaker.enable, rollback: breaker.rollback }],
      },
      alarms: alarms && {
        blocks: [{ alarm_names: alarms.alarmNames, enable: alarms.enable, rollback: alarms.rollback }],
      },
      // Scaling owns the number of tasks.
      lifecycle: block({ ignore_changes: raw("[desired_count]") }),
    };
    return [{ type: "aws_ecs_service", body, importId: ifLive(source, `${sent.cluster}/${sent.serviceName}`) }];
  },
  outputs: { arn: "id" },
  remarks(calls) {
    const { deploymentConfiguration, monitoring } = calls.one("ecs", "CreateService");
    const count = deploymentConfiguration?.deploymentCircuitBreaker?.thresholdConfiguration?.value;
    return [
      ...(count === undefined
        ? []
        : [`Terraform cannot say that a rollout fails after ${count} failed tasks: AWS's own number applies`]),
      ...(monitoring ? ["Terraform cannot say that the service publishes metrics every 20 seconds: it stays so"] : []),
    ];
  },
};

const balancer: TerraformKind = {
  resources(calls, source) {
    const sent = calls.one("elbv2", "CreateLoadBalancer");
    const body = {
      name: sent.Name,
      load_balancer_type: sent.Type,
      internal: sent.Scheme === "internal",
      security_groups: sent.SecurityGroups,
      subnets: sent.Subnets,
      tags: tagMap(sent.Tags),
    };
    return [{ type: "aws_lb", body, importId: liveOutput(source, "arn") }];
  },
  outputs: { arn: "arn", dnsName: "dns_name", metricName: "arn_suffix" },
  data: ({ name }) => ({ type: "aws_lb", body: { name } }),
};

const targets: TerraformKind = {
  resources(calls, source) {
    const sent = calls.one("elbv2", "CreateTargetGroup");
    const attributes = calls.every("elbv2", "ModifyTargetGroupAttributes").flatMap((call) => call.Attributes ?? []);
    const added = calls.every("elbv2", "AddTags").flatMap((call) => call.Tags ?? []);
    const delay = attributes.find(({ Key }) => Key === "deregistration_delay.timeout_seconds")?.Value;
    const body: Body = {
      name: sent.Name,
      port: sent.Port,
      protocol: sent.Protocol,
      vpc_id: sent.VpcId,
      target_type: sent.TargetType,
      deregistration_delay: delay === undefined ? undefined : Number(delay),
      tags: tagMap([...(sent.Tags ?? []), ...added]),
      health_check: block({
        path: sent.HealthCheckPath,
        matcher: sent.Matcher?.HttpCode,
        interval: sent.HealthCheckIntervalSeconds,
        timeout: sent.HealthCheckTimeoutSeconds,
        healthy_threshold: sent.HealthyThresholdCount,
        unhealthy_threshold: sent.UnhealthyThresholdCount,
      }),
    };
    return [{ type: "aws_lb_target_group", body, importId: liveOutput(source, "arn") }];
  },
  outputs: { arn: "arn", metricName: "arn_suffix" },
  data: ({ name }) => ({ type: "aws_lb_target_group", body: { name } }),
};

const listener: TerraformKind = {
  resources(calls, source) {
    const sent = calls.one("elbv2", "CreateListener");
    const actions = (sent.DefaultActions ?? []).map((action) => ({
      type: action.Type,
      target_group_arn: action.TargetGroupArn,
    }));
    const body: Body = {
      load_balancer_arn: sent.LoadBalancerArn,
      port: sent.Port,
      protocol: sent.Protocol,
      tags: tagMap(sent.Tags),
      default_action: { blocks: actions },
    };
    return [{ type: "aws_lb_listener", body, importId: liveOutput(source, "arn") }];
  },
  outputs: { arn: "arn" },
};

/** What runs and what stands before it. */
export const serviceKinds: Readonly<Record<string, TerraformKind>> = {
  "ecs-cluster": cluster,
  "cluster-capacity-providers": attachment,
  "capacity-provider": provider,
  "task-definition": definition,
  "ecs-service": service,
  "load-balancer": balancer,
  "target-group": targets,
  listener,
};
