/** What a project calls its things: what a policy can be narrowed down to. Absent: the project has none. */
export interface Names {
  app: string;
  repository: string;
  cluster: string;
  service: string;
  family: string;
  /** IAM roles that ECS and the containers get. */
  taskRoles: readonly string[];
  /** IAM role of the instances, and their profile. */
  instanceRole?: string | undefined;
  /** ARNs of the managed policies that roles get. */
  managedPolicies: readonly string[];
  logGroup: string;
  autoScalingGroup?: string | undefined;
  capacityProvider?: string | undefined;
  /** SSM parameter of the AMI. */
  amiParameter?: string | undefined;
  /** The VPC, where ecsctl.yaml names it. */
  vpc?: string | undefined;
  /** Load balancer and target group. */
  balancer?: string | undefined;
  targetGroup?: string | undefined;
  /** Something else than instances: tasks have network interfaces. */
  fargate?: true | undefined;
  alarms?: readonly string[] | undefined;
  topic?: string | undefined;
  /** The topic that `notify add` would make. */
  ownTopic: string;
  /** The dashboard, if `ecsctl.yaml` wants one; and what `dashboard create` would call it. */
  dashboard?: string | undefined;
  ownDashboard: string;
  /** Event rules, and the queues and log groups that they lead to. */
  eventRules?: readonly string[] | undefined;
  queues?: readonly string[] | undefined;
  eventLogs?: readonly string[] | undefined;
  /** A role may have permissions of its own: the task role, or one that reads secrets. */
  permissions?: true | undefined;
}

/** Where its things are. */
export interface Place {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  partition: string;
  /** `*` is any. */
  region: string;
  account: string;
}

/** The partition that a region belongs to (AWS General Reference, "Partitions"). */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
