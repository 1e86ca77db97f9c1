import type { Action, Tag } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Region } from "../world.ts";

export interface LoadBalancerRecord {
  arn: string;
  name: string;
  /** `app/NAME/ID`: the value of the metric dimension LoadBalancer. */
  id: string;
  scheme: "internet-facing" | "internal";
  vpcId: string;
  subnetIds: string[];
  securityGroupIds: string[];
  interfaceId: string;
  state: "provisioning" | "active";
  createdAt: Date;
  attributes: Record<string, string>;
}

export interface ListenerRecord {
  arn: string;
  loadBalancerArn: string;
  port: number;
  actions: Action[];
}

export type TargetState = "initial" | "healthy" | "unhealthy" | "draining" | "unused";

export interface TargetRecord {
  /** An IP address or an instance id. */
  id: string;
  port: number;
  state: TargetState;
  reason?: string | undefined;
  description?: string | undefined;
  /** Checks passed and failed in a row. */
  passed: number;
  failed: number;
  /** In ms of the world. */
  nextCheckAt: number;
  drainingSince?: number | undefined;
  /** The task of a service that ECS registered. */
  taskId?: string | undefined;
}

export interface HealthCheck {
  path: string;
  /** A port, or `traffic-port`. */
  port: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  /** `200`, `200,202`, `200-299`. */
  matcher: string;
}

export interface TargetGroupRecord {
  arn: string;
  name: string;
  /** `targetgroup/NAME/ID`: the value of the metric dimension TargetGroup. */
  id: string;
  port: number;
  vpcId: string;
  targetType: "ip" | "instance";
  healthCheck: HealthCheck;
  attributes: Record<string, string>;
  /** By `ID:PORT`. */
  targets: Record<string, TargetRecord>;
}

/** Each by its ARN. */
export const loadBalancers = (region: Region): Map<string, LoadBalancerRecord> => region.table("elb/load-balancers");
export const listeners = (region: Region): Map<string, ListenerRecord> => region.table("elb/listeners");
export const targetGroups = (region: Region): Map<string, TargetGroupRecord> => region.table("elb/target-groups");
/** By ARN of whatever carries them. */
export const elbTags = (region: Region): Map<string, Tag[]> => region.table("elb/tags");

export const targetKey = (id: string, port: number): string => `${id}:${port}`;

/** The groups that actions forward to, with their weights. */
export function forwardedGroups(actions: readonly Action[]): { arn: string; weight: number }[] {
  return actions.flatMap((action) =>
    action.ForwardConfig?.TargetGroups?.length
      ? action.ForwardConfig.TargetGroups.map(({ TargetGroupArn = "", Weight = 1 }) => ({
          arn: TargetGroupArn,
          weight: Weight,
        }))
      : action.TargetGroupArn
        ? [{ arn: action.TargetGroupArn, weight: 1 }]
        : [],
  );
}

/** The load balancers whose listeners forward to a group. */
export function balancersOf(region: Region, groupArn: string): string[] {
  const arns = [...listeners(region).values()]
    .filter((one) => forwardedGroups(one.actions).some(({ arn }) => arn === groupArn))
    .map((one) => one.loadBalancerArn);
  return [...new Set(arns)];
}
