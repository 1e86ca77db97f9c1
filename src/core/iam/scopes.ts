import type { Names, Place } from "./names.ts";

/** `{ StringEquals: { "aws:RequestTag/ecsctl:app": "shop" } }` */
export type Conditions = Record<string, Record<string, string | string[]>>;

/** What a statement is about. */
export interface Scope {
  resources: string[];
  conditions?: Conditions;
}

/** The tag that says whose a resource is. */
const ownerTag = "ecsctl:app";

const all: Scope = { resources: ["*"] };
const when = <T>(value: T | undefined, scope: (value: T) => Scope): Scope | undefined =>
  value === undefined ? undefined : scope(value);

const inRegion = ({ partition, region, account }: Place, service: string, name: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${name}`;
const inAccount = ({ partition, account }: Place, name: string): string => `arn:${partition}:iam::${account}:${name}`;

const ecs =
  (name: (names: Names) => string) =>
  (names: Names, place: Place): Scope => ({ resources: [inRegion(place, "ecs", name(names))] });

/** AWS writes the ARN of a log group with and without what stands for its streams. */
const logGroup = (name: string, place: Place): Scope => ({
  resources: [`log-group:${name}`, `log-group:${name}:*`].map((part) => inRegion(place, "logs", part)),
});

const roleArns = ({ instanceRole, taskRoles }: Names, place: Place): string[] =>
  [...(instanceRole === undefined ? [] : [instanceRole]), ...taskRoles].map((name) => inAccount(place, `role/${name}`));

const passedTo = (service: string): Conditions => ({ StringEquals: { "iam:PassedToService": service } });

/** AWS's own parameters belong to no account. */
const parameter = (name: string, place: Place): Scope => {
  const account = name.startsWith("/aws/") ? "" : place.account;
  return { resources: [inRegion({ ...place, account }, "ssm", `parameter${name}`)] };
};

const tagged = (key: string, { app }: Names): Conditions => ({ StringEquals: { [`aws:${key}/${ownerTag}`]: app } });
/** What EC2 names by ids, so that only a tag tells whose it is. */
const ec2Own = (place: Place): string[] =>
  ["security-group/*", "launch-template/*"].map((part) => inRegion(place, "ec2", part));

const elb = (place: Place, ...names: string[]): string[] =>
  names.map((name) => inRegion(place, "elasticloadbalancing", name));

/** Dashboards are the account's, not a region's. */
const dashboard = (name: string, place: Place): Scope => ({
  resources: [inRegion({ ...place, region: "" }, "cloudwatch", `dashboard/${name}`)],
});

/** Services whose roles AWS makes at the first use of each, with the caller's permission. */
const linkedServices = [
  "ecs.amazonaws.com",
  "autoscaling.amazonaws.com",
  "ecs.application-autoscaling.amazonaws.com",
  "elasticloadbalancing.amazonaws.com",
];

/**
 * What actions are allowed on, as narrow as AWS takes it (Service Authorization Reference). Undefined: the project has
 * nothing of the kind.
 */
export const scopes = {
  /** Actions that take no resource, or are asked before anything has a name. */
  any: () => all,
  /** Whatever carries the app's tag. */
  owned: (names) => ({ ...all, conditions: tagged("ResourceTag", names) }),

  repository: ({ repository }, place) => ({ resources: [inRegion(place, "ecr", `repository/${repository}`)] }),

  cluster: ecs(({ cluster }) => `cluster/${cluster}`),
  service: ecs(({ cluster, service }) => `service/${cluster}/${service}`),
  /** A revision, and the service that it is of: both are asked for. */
  serviceRevisions: ({ cluster, service }, place) => ({
    resources: [`service-revision/${cluster}/${service}/*`, `service/${cluster}/${service}`].map((name) =>
      inRegion(place, "ecs", name),
    ),
  }),
  tasks: ecs(({ cluster }) => `task/${cluster}/*`),
  containerInstances: ecs(({ cluster }) => `container-instance/${cluster}/*`),
  taskDefinitions: ecs(({ family }) => `task-definition/${family}:*`),
  capacityProvider: (names, place) =>
    when(names.capacityProvider, (name) => ecs(() => `capacity-provider/${name}`)(names, place)),
  /** ListTasks names no resource but an instance's: the condition names the cluster. */
  inCluster: ({ cluster }, place) => ({
    ...all,
    conditions: { ArnEquals: { "ecs:cluster": inRegion(place, "ecs", `cluster/${cluster}`) } },
  }),

  logGroup: (names, place) => logGroup(names.logGroup, place),
  /** AWS makes it without tags. */
  insightsLogs: (names, place) => logGroup(`/aws/ecs/containerinsights/${names.cluster}/performance`, place),

  roles: (names, place) => ({ resources: roleArns(names, place) }),
  /** Only the managed policies that ecsctl.yaml names. */
  attachable: (names, place) => ({
    resources: roleArns(names, place),
    conditions: { ArnEquals: { "iam:PolicyARN": [...names.managedPolicies] } },
  }),
  profile: (names, place) =>
    when(names.instanceRole, (name) => ({ resources: [inAccount(place, `instance-profile/${name}`)] })),
  passToTasks: ({ taskRoles }, place) => ({
    resources: taskRoles.map((name) => inAccount(place, `role/${name}`)),
    conditions: passedTo("ecs-tasks.amazonaws.com"),
  }),
  passToInstances: (names, place) =>
    when(names.instanceRole, (name) => ({
      resources: [inAccount(place, `role/${name}`)],
      conditions: passedTo("ec2.amazonaws.com"),
    })),
  /** The roles that services keep, to look at. */
  serviceRoles: (_names, place) => ({
    // One that is not there has no path yet.
    resources: ["role/aws-service-role/*", "role/AWSServiceRoleFor*"].map((name) => inAccount(place, name)),
  }),
  linkedRoles: (_names, place) => ({
    resources: [inAccount(place, "role/aws-service-role/*")],
    conditions: { StringEquals: { "iam:AWSServiceName": linkedServices } },
  }),

  ami: (names, place) => when(names.amiParameter, (name) => parameter(name, place)),
  vpc: ({ vpc = "*" }, place) => ({ resources: [inRegion(place, "ec2", `vpc/${vpc}`)] }),
  /** New and tagged as ours from the start, or tagged as ours now. */
  ec2New: (names, place) => ({ resources: ec2Own(place), conditions: tagged("RequestTag", names) }),
  ec2Own: (names, place) => ({ resources: ec2Own(place), conditions: tagged("ResourceTag", names) }),
  /** Auto Scaling asks for RunInstances whoever gives a group a launch template. */
  launches: (names, place) =>
    when(names.autoScalingGroup, () => ({
      ...all,
      conditions: { ArnLike: { "ec2:LaunchTemplate": inRegion(place, "ec2", "launch-template/*") } },
    })),
  /** What the launch template tags while it launches. */
  launched: (names, place) =>
    when(names.autoScalingGroup, () => ({
      resources: ["instance/*", "volume/*"].map((part) => inRegion(place, "ec2", part)),
      conditions: { StringEquals: { "ec2:CreateAction": "RunInstances" } },
    })),
  group: (names, place) =>
    when(names.autoScalingGroup, (name) => ({
      resources: [inRegion(place, "autoscaling", `autoScalingGroup:*:autoScalingGroupName/${name}`)],
    })),

  scaling: (_names, place) => ({
    resources: [inRegion(place, "application-autoscaling", "scalable-target/*")],
    conditions: {
      StringEquals: {
        "application-autoscaling:service-namespace": "ecs",
        "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
      },
    },
  }),
  /** Tags know no namespace: the app's own tag must be among them. */
  scalingTags: (names, place) => ({
    resources: [inRegion(place, "application-autoscaling", "scalable-target/*")],
    conditions: tagged("RequestTag", names),
  }),
  /** The alarms that Application Auto Scaling makes for target tracking. */
  trackingAlarms: ({ cluster, service }, place) => ({
    resources: [inRegion(place, "cloudwatch", `alarm:TargetTracking-service/${cluster}/${service}-*`)],
  }),
  /** For metric alarms. What tells of composite ones, or makes one, takes nothing narrower than `any` (DescribeAlarms, API reference). */
  anyAlarm: (_names, place) => ({ resources: [inRegion(place, "cloudwatch", "alarm:*")] }),
  alarms: (names, place) =>
    when(names.alarms, (list) => ({ resources: list.map((name) => inRegion(place, "cloudwatch", `alarm:${name}`)) })),
  stepAlarms: ({ cluster, service }, place) => ({
    resources: [inRegion(place, "cloudwatch", `alarm:StepScaling-service/${cluster}/${service}/*`)],
  }),
  ownTopic: (names, place) => ({ resources: [inRegion(place, "sns", names.ownTopic)] }),
  dashboard: (names, place) => when(names.dashboard, (name) => dashboard(name, place)),
  ownDashboard: (names, place) => dashboard(names.ownDashboard, place),
  rules: (names, place) =>
    when(names.eventRules, (list) => ({ resources: list.map((name) => inRegion(place, "events", `rule/${name}`)) })),
  queues: (names, place) =>
    when(names.queues, (list) => ({ resources: list.map((name) => inRegion(place, "sqs", name)) })),
  eventLogs: (names, place) =>
    when(names.eventLogs, (list) => ({ resources: list.flatMap((name) => logGroup(name, place).resources) })),
  /** What gets its name on the command line. */
  anyRule: (_names, place) => ({ resources: [inRegion(place, "events", "rule/*")] }),
  anyQueue: (_names, place) => ({ resources: [inRegion(place, "sqs", "*")] }),
  anyLogGroup: (_names, place) => logGroup("*", place),
  topic: (names, place) => when(names.topic, (name) => ({ resources: [inRegion(place, "sns", name)] })),

  balancer: (names, place) =>
    when(names.balancer, (name) => ({
      resources: elb(place, `loadbalancer/app/${name}/*`, `listener/app/${name}/*`),
    })),
  targetGroup: (names, place) =>
    when(names.targetGroup, (name) => ({ resources: elb(place, `targetgroup/${name}/*`) })),
  quota: (_names, place) => ({
    resources: ["ec2/L-1216C47A", "fargate/L-3032A538"].map((code) => inRegion(place, "servicequotas", code)),
  }),
  /** Whoever asks may be a user or a role. */
  callers: (_names, place) => ({ resources: [inAccount(place, "user/*"), inAccount(place, "role/*")] }),
} satisfies Record<string, (names: Names, place: Place) => Scope | undefined>;

export type ScopeName = keyof typeof scopes;
