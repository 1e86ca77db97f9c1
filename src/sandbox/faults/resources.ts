import type { Members } from "../wire/codecs.ts";
import { roles } from "../services/iam/records.ts";
import { scalableTargets } from "../world/records/application-autoscaling.ts";
import { launchTemplates } from "../world/records/ec2.ts";
import { accountId, type Region } from "../world/world.ts";

/** The prefixes of IAM actions where they are not the signing name. */
const prefixes: Readonly<Record<string, string>> = { monitoring: "cloudwatch", tagging: "tag" };

export const actionOf = (signingName: string, operation: string): string =>
  `${prefixes[signingName] ?? signingName}:${operation}`;

/** Which input field names the resource, and how its ARN is written; the first field that is there decides. */
type Field = readonly [field: string, name: (value: string, input: Members) => string];

const inCluster = (kind: string) => (name: string, input: Members) =>
  name.includes("/") ? `${kind}/${name}` : `${kind}/${lastPart(String(input["cluster"] ?? "default"))}/${name}`;
const named = (prefix: string) => (name: string) => `${prefix}${name}`;

/** Resource types of the Service Authorization Reference, as far as a call's input says which one is meant. */
const fields: Readonly<Record<string, readonly Field[]>> = {
  ecs: [
    ["services", inCluster("service")],
    ["service", inCluster("service")],
    ["serviceName", inCluster("service")],
    ["tasks", inCluster("task")],
    ["task", inCluster("task")],
    ["containerInstances", inCluster("container-instance")],
    ["containerInstance", inCluster("container-instance")],
    ["capacityProvider", named("capacity-provider/")],
    ["name", named("capacity-provider/")],
    ["clusters", named("cluster/")],
    ["cluster", named("cluster/")],
    ["clusterName", named("cluster/")],
    ["taskDefinitions", named("task-definition/")],
    ["family", (name) => `task-definition/${name}:*`],
    ["serviceDeploymentArns", named("")],
  ],
  iam: [
    ["InstanceProfileName", named("instance-profile/")],
    ["RoleName", named("role/")],
    ["AWSServiceName", (name) => `role/aws-service-role/${name}/*`],
  ],
  ecr: [
    ["repositoryName", named("repository/")],
    ["repositoryNames", named("repository/")],
  ],
  logs: [["logGroupName", (name, input) => `log-group:${name}:log-stream:${text(input["logStreamName"])}`]],
  autoscaling: [["AutoScalingGroupName", named("autoScalingGroup:*:autoScalingGroupName/")]],
  monitoring: [
    ["AlarmName", named("alarm:")],
    ["AlarmNames", named("alarm:")],
  ],
  ssm: [
    ["Name", (name) => `parameter/${name.replace(/^\//, "")}`],
    ["Names", (name) => `parameter/${name.replace(/^\//, "")}`],
  ],
  secretsmanager: [
    ["SecretId", (name) => `secret:${name}`],
    ["Name", (name) => `secret:${name}`],
  ],
  events: [
    ["Rule", named("rule/")],
    ["Name", named("rule/")],
  ],
  sqs: [
    ["QueueName", named("")],
    ["QueueUrl", lastPart],
  ],
  ec2: [
    ["InstanceIds", named("instance/")],
    ["GroupId", named("security-group/")],
    ["LaunchTemplateId", named("launch-template/")],
  ],
  sns: [["Name", named("")]],
  elasticloadbalancing: [],
  servicequotas: [["QuotaCode", (code, input) => `${text(input["ServiceCode"])}/${code}`]],
};

/** Actions that name their resources in a way of their own. */
const special: Readonly<Record<string, (input: Members, region: Region) => string[]>> = {
  // Only an instance narrows it down; the cluster is a condition.
  "ecs:ListTasks": (input) =>
    listOf(input["containerInstance"]).map((name) => inCluster("container-instance")(name, input)),
  "ecs:DescribeCapacityProviders": ({ capacityProviders }) =>
    listOf(capacityProviders).map((name) => `capacity-provider/${lastPart(name)}`),
  "ecr:DescribeRepositories": ({ repositoryNames }) => orAny(repositoryNames).map(named("repository/")),
  // Composite alarms are told of and made under a permission on everything only (API reference of these three).
  "monitoring:DescribeAlarms": ({ AlarmNames, AlarmTypes }) =>
    wantsComposite(AlarmTypes) ? [] : orAny(AlarmNames).map(named("alarm:")),
  "monitoring:DescribeAlarmHistory": ({ AlarmName, AlarmTypes }) =>
    wantsComposite(AlarmTypes) ? [] : orAny(AlarmName).map(named("alarm:")),
  "monitoring:PutCompositeAlarm": () => [],
  "ecs:DescribeServiceRevisions": ({ serviceRevisionArns }) =>
    listOf(serviceRevisionArns).flatMap((arn) => [
      arn,
      arn.replace(/:service-revision\/([^/]+\/[^/]+)\/.*$/, ":service/$1"),
    ]),
  "autoscaling:CreateOrUpdateTags": ({ Tags }) =>
    ((Tags ?? []) as { ResourceId?: string }[]).map(
      ({ ResourceId }) => `autoScalingGroup:*:autoScalingGroupName/${ResourceId}`,
    ),
  "iam:GetRole": ({ RoleName }, { world }) => {
    const { arn } = roles(world.global).get(text(RoleName)) ?? {};
    return [arn ?? `role/${text(RoleName)}`];
  },
  // Dashboards are the account's, not a region's.
  "monitoring:GetDashboard": ({ DashboardName }) => listOf(DashboardName).map(dashboardArn),
  "monitoring:PutDashboard": ({ DashboardName }) => listOf(DashboardName).map(dashboardArn),
  "monitoring:DeleteDashboards": ({ DashboardNames }) => listOf(DashboardNames).map(dashboardArn),
  "iam:SimulatePrincipalPolicy": ({ PolicySourceArn }) => listOf(PolicySourceArn),
  "iam:SimulateCustomPolicy": () => [],
  "ec2:CreateSecurityGroup": ({ VpcId }) => ["security-group/*", ...listOf(VpcId).map(named("vpc/"))],
  "ec2:CreateLaunchTemplate": () => ["launch-template/*"],
  "ec2:CreateLaunchTemplateVersion": templateOf,
  "ec2:DeleteLaunchTemplate": templateOf,
  "ec2:CreateTags": ({ Resources }) => listOf(Resources).map(ec2Name),
  "ec2:RunInstances": () => ["instance/*"],
  "elasticloadbalancing:CreateLoadBalancer": ({ Name }) => [`loadbalancer/app/${text(Name)}/*`],
  "elasticloadbalancing:CreateTargetGroup": ({ Name }) => [`targetgroup/${text(Name)}/*`],
  "sns:Unsubscribe": ({ SubscriptionArn }) => [text(SubscriptionArn).split(":").at(-2) ?? ""],
};

const wantsComposite = (types: unknown): boolean => listOf(types).includes("CompositeAlarm");

function dashboardArn(name: string): string {
  return `arn:aws:cloudwatch::${accountId}:dashboard/${name}`;
}

function templateOf({ LaunchTemplateId, LaunchTemplateName }: Members, region: Region): string[] {
  const named = [...launchTemplates(region).values()].find(({ name }) => name === LaunchTemplateName);
  return [`launch-template/${text(LaunchTemplateId) || (named?.id ?? "*")}`];
}

const ec2Kinds: Readonly<Record<string, string>> = {
  i: "instance",
  lt: "launch-template",
  sg: "security-group",
  subnet: "subnet",
  vpc: "vpc",
};
const ec2Name = (id: string): string => `${ec2Kinds[id.split("-")[0] ?? ""] ?? "*"}/${id}`;

/** Actions that take no resource, whatever their input names. */
const unscoped =
  /^(ec2:Describe|autoscaling:Describe|elasticloadbalancing:Describe|application-autoscaling:Describe|logs:DescribeLogGroups|monitoring:(GetMetric|ListMetrics|PutMetricData)|ecs:(List(Clusters|Services|TaskDefinitions)|DescribeTaskDefinition|DeregisterTaskDefinition))/;

/** The ARNs that a call is about; `*` alone when its action takes none or the input does not tell. */
export function resourcesOf(signingName: string, operation: string, input: Members, region: Region): string[] {
  const action = `${signingName}:${operation}`;
  if (unscoped.test(action)) return ["*"];
  const arn = arnWriter(signingName, region);
  const own = special[action]?.(input, region);
  if (own) return own.length > 0 ? own.map(arn) : ["*"];
  const arns = explicitArns(input);
  if (arns.length > 0) return arns;
  if (signingName === "application-autoscaling") return [scalableArn(input, region)];
  const field = (fields[signingName] ?? []).find(([name]) => listOf(input[name]).length > 0);
  if (!field) return ["*"];
  const [name, write] = field;
  return listOf(input[name]).map((value) => (value.startsWith("arn:") ? value : arn(write(value, input))));
}

const arnWriter =
  (signingName: string, region: Region) =>
  (name: string): string => {
    if (name.startsWith("arn:")) return name;
    const service = prefixes[signingName] ?? signingName;
    const ofAws = signingName === "ssm" && name.startsWith("parameter/aws/");
    return `arn:aws:${service}:${service === "iam" ? "" : region.name}:${ofAws ? "" : accountId}:${name}`;
  };

function scalableArn({ ResourceId, ScalableDimension }: Members, region: Region): string {
  const found = [...scalableTargets(region).values()].find(
    ({ target }) => target.ResourceId === ResourceId && target.ScalableDimension === ScalableDimension,
  );
  return found?.target.ScalableTargetARN ?? region.arn("application-autoscaling", "scalable-target/*");
}

/** `resourceArn`, `TopicArn`, `LoadBalancerArn` and their like name the resource themselves. */
const arnFields = [
  "resourceArn",
  "ResourceArn",
  "ResourceARN",
  "ResourceArns",
  "TopicArn",
  "ListenerArn",
  "LoadBalancerArn",
  "TargetGroupArn",
  "RuleArn",
];
const explicitArns = (input: Members): string[] =>
  (arnFields.map((name) => listOf(input[name])).find((found) => found.length > 0) ?? []).filter((value) =>
    value.startsWith("arn:"),
  );

export const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string" && one !== "") as string[];
const orAny = (value: unknown): string[] => (listOf(value).length > 0 ? listOf(value) : ["*"]);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

function lastPart(name: string): string {
  return name.split("/").at(-1) ?? name;
}
