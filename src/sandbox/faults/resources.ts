import type { Members } from "../wire/codecs.ts";
import { accountId } from "../world/world.ts";

/** The prefixes of IAM actions where they are not the signing name. */
const prefixes: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

export const actionOf = (signingName: string, operation: string): string =>
  `${prefixes[signingName] ?? signingName}:${operation}`;

/** Which input field names the resource, and how its ARN is written; the first field that is there decides. */
type Field = readonly [field: string, arn: (name: string, input: Members) => string];

const inCluster = (kind: string) => (name: string, input: Members) =>
  `${kind}/${lastPart(String(input["cluster"] ?? "default"))}/${name}`;
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
    ["clusters", named("cluster/")],
    ["cluster", named("cluster/")],
    ["clusterName", named("cluster/")],
    ["taskDefinitions", named("task-definition/")],
    ["family", (name) => `task-definition/${name}:*`],
    ["name", named("capacity-provider/")],
  ],
  iam: [
    ["InstanceProfileName", named("instance-profile/")],
    ["RoleName", named("role/")],
  ],
  ecr: [
    ["repositoryName", named("repository/")],
    ["repositoryNames", named("repository/")],
  ],
  logs: [["logGroupName", (name) => `log-group:${name}:log-stream:`]],
  autoscaling: [["AutoScalingGroupName", named("autoScalingGroup:*:autoScalingGroupName/")]],
  monitoring: [
    ["AlarmName", named("alarm:")],
    ["AlarmNames", named("alarm:")],
  ],
  ssm: [["Name", (name) => `parameter/${name.replace(/^\//, "")}`]],
  ec2: [
    ["InstanceIds", named("instance/")],
    ["GroupId", named("security-group/")],
    ["LaunchTemplateId", named("launch-template/")],
  ],
  sns: [["Name", (name) => name]],
};

/** Actions that take no resource, whatever their input names. */
const unscoped =
  /^(ec2:Describe|autoscaling:Describe|ecs:(List(Clusters|TaskDefinitions)|DescribeTaskDefinition|DeregisterTaskDefinition|DescribeCapacityProviders))/;
const globalServices = ["iam"];

/** The ARNs that a call is about; `*` alone when its action takes none or the input does not tell. */
export function resourcesOf(signingName: string, operation: string, input: Members, region: string): string[] {
  if (unscoped.test(`${signingName}:${operation}`)) return ["*"];
  const arns = explicitArns(input);
  if (arns.length > 0) return arns;
  const field = (fields[signingName] ?? []).find(([name]) => input[name] !== undefined);
  if (!field) return ["*"];
  const [name, write] = field;
  const base = `arn:aws:${signingName === "monitoring" ? "cloudwatch" : signingName}`;
  return listOf(input[name]).map((value) => {
    if (value.startsWith("arn:")) return value;
    const ofAws = signingName === "ssm" && value.startsWith("/aws/");
    const where = globalServices.includes(signingName) ? "" : region;
    return `${base}:${where}:${ofAws ? "" : accountId}:${write(value, input)}`;
  });
}

/** `resourceArn`, `TopicArn`, `LoadBalancerArn` and their like name the resource themselves. */
function explicitArns(input: Members): string[] {
  const own = ["resourceArn", "ResourceARN", "TopicArn", "LoadBalancerArn", "ListenerArn", "TargetGroupArn", "RuleArn"];
  return own.flatMap((name) => listOf(input[name])).filter((value) => value.startsWith("arn:"));
}

/** Roles that the call hands to a service: each needs `iam:PassRole` too. */
export function passedRoles(operation: string, input: Members): { arn: string; service: string }[] {
  if (operation === "RegisterTaskDefinition")
    return ["executionRoleArn", "taskRoleArn"]
      .flatMap((name) => listOf(input[name]))
      .map((arn) => ({ arn, service: "ecs-tasks.amazonaws.com" }));
  if (operation === "AddRoleToInstanceProfile")
    return listOf(input["RoleName"]).map((name) => ({
      arn: `arn:aws:iam::${accountId}:role/${name}`,
      service: "ec2.amazonaws.com",
    }));
  return [];
}

const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string" && one !== "") as string[];

const lastPart = (name: string): string => name.split("/").at(-1) ?? name;
