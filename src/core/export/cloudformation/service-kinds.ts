import type { Source } from "../source.ts";
import { byOutput, byProperty, toPascal, without, type CloudFormationKind, type Properties } from "./kind.ts";

const cluster: CloudFormationKind = {
  type: "AWS::ECS::Cluster",
  properties(calls) {
    const { clusterName, settings, tags } = calls.one("ecs", "CreateCluster");
    return toPascal({ clusterName, clusterSettings: settings, tags }) as Properties;
  },
  outputs: { arn: "Arn" },
  identifier: byProperty("ClusterName"),
};

const attachment: CloudFormationKind = {
  type: "AWS::ECS::ClusterCapacityProviderAssociations",
  properties: (calls) => toPascal(calls.one("ecs", "PutClusterCapacityProviders")) as Properties,
  outputs: {},
  identifier: byProperty("Cluster"),
};

const provider: CloudFormationKind = {
  type: "AWS::ECS::CapacityProvider",
  properties: (calls) => toPascal(calls.one("ecs", "CreateCapacityProvider")) as Properties,
  outputs: { arn: "Ref" },
  identifier: byProperty("Name"),
};

const definition: CloudFormationKind = {
  type: "AWS::ECS::TaskDefinition",
  properties: (calls) => toPascal(calls.one("ecs", "RegisterTaskDefinition")) as Properties,
  outputs: { arn: "Ref" },
  identifier: byOutput("TaskDefinitionArn", "arn"),
};

/** How many tasks run now: scaling's own business, so that taking the service over changes nothing. */
function desiredOf({ live }: Source, sent: number | undefined): number | undefined {
  const now = (live as { desiredCount?: unknown } | undefined)?.desiredCount;
  return typeof now === "number" ? now : sent;
}

const service: CloudFormationKind = {
  type: "AWS::ECS::Service",
  properties(calls, source) {
    const made = calls.one("ecs", "CreateService");
    const { deploymentCircuitBreaker: breaker, ...deployment } = made.deploymentConfiguration ?? {};
    return toPascal({
      ...without(made, "clientToken", "deploymentConfiguration", "desiredCount"),
      desiredCount: desiredOf(source, made.desiredCount),
      deploymentConfiguration: {
        ...deployment,
        // CloudFormation does not know the breaker's threshold: AWS's own number of failed tasks applies.
        ...(breaker && { deploymentCircuitBreaker: { enable: breaker.enable, rollback: breaker.rollback } }),
      },
    }) as Properties;
  },
  outputs: { arn: "Ref" },
  remarks: (calls) => {
    const { deploymentCircuitBreaker: breaker } = calls.one("ecs", "CreateService").deploymentConfiguration ?? {};
    const count = breaker?.thresholdConfiguration?.value;
    return count === undefined
      ? []
      : [`CloudFormation cannot say that a rollout fails after ${count} failed tasks: AWS's own number applies`];
  },
  identifier({ live }, properties) {
    const arn = live?.outputs?.["arn"];
    return arn ? { ServiceArn: arn, Cluster: String(properties["Cluster"]) } : undefined;
  },
};

const balancer: CloudFormationKind = {
  type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
  properties: (calls) => ({ ...calls.one("elbv2", "CreateLoadBalancer") }),
  outputs: { arn: "Ref", dnsName: "DNSName", metricName: "LoadBalancerFullName" },
  identifier: byOutput("LoadBalancerArn", "arn"),
};

const targets: CloudFormationKind = {
  type: "AWS::ElasticLoadBalancingV2::TargetGroup",
  properties(calls) {
    const attributes = calls.every("elbv2", "ModifyTargetGroupAttributes").flatMap((call) => call.Attributes ?? []);
    const made = calls.one("elbv2", "CreateTargetGroup");
    const added = calls.every("elbv2", "AddTags").flatMap((call) => call.Tags ?? []);
    // AWS's own default, which cfn-lint wants to read where host ports are dynamic.
    return {
      HealthCheckPort: "traffic-port",
      ...made,
      Tags: [...(made.Tags ?? []), ...added],
      TargetGroupAttributes: attributes,
    };
  },
  outputs: { arn: "Ref", metricName: "TargetGroupFullName" },
  identifier: byOutput("TargetGroupArn", "arn"),
};

const listener: CloudFormationKind = {
  type: "AWS::ElasticLoadBalancingV2::Listener",
  // CloudFormation passes the stack's tags on, and takes none of a listener's own.
  properties: (calls) => without(calls.one("elbv2", "CreateListener"), "Tags"),
  outputs: { arn: "Ref" },
  identifier: byOutput("ListenerArn", "arn"),
};

/** What runs and what stands before it. */
export const serviceKinds: Readonly<Record<string, CloudFormationKind>> = {
  "ecs-cluster": cluster,
  "cluster-capacity-providers": attachment,
  "capacity-provider": provider,
  "task-definition": definition,
  "ecs-service": service,
  "load-balancer": balancer,
  "target-group": targets,
  listener,
};
