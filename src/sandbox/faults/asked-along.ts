import { roles } from "../services/iam/records.ts";
import { linkedRoles } from "../services/iam/service-linked-roles.ts";
import type { Members } from "../wire/codecs.ts";
import { instanceProfiles } from "../services/iam/records.ts";
import { scalingPolicies } from "../world/records/application-autoscaling.ts";
import { launchTemplates } from "../world/records/ec2.ts";
import { accountId, type Region } from "../world/world.ts";
import { listOf } from "./resources.ts";
import { requestedTags } from "./tags.ts";

/** A permission that AWS asks for at a call of another name. */
export interface AskedAlong {
  action: string;
  /** Absent: on what the call itself is about. */
  resource?: string;
  /** Condition keys, in lower case. */
  keys?: Readonly<Record<string, string>>;
}

interface Asking {
  /** `ecs:CreateService`. */
  action: string;
  input: Members;
  region: Region;
}

/** Roles that the call hands to a service (Service Authorization Reference, "Dependent actions"). */
function passedRoles({ action, input, region }: Asking): AskedAlong[] {
  const pass = (role: string, service: string): AskedAlong => ({
    action: "iam:PassRole",
    resource: role.startsWith("arn:") ? role : `arn:aws:iam::${accountId}:role/${role}`,
    keys: { "iam:passedtoservice": service },
  });
  if (action === "ecs:RegisterTaskDefinition")
    return ["executionRoleArn", "taskRoleArn"]
      .flatMap((name) => listOf(input[name]))
      .map((arn) => pass(arn, "ecs-tasks.amazonaws.com"));
  if (action === "ecs:CreateService") return listOf(input["role"]).map((role) => pass(role, "ecs.amazonaws.com"));
  if (action === "ecs:RunTask") {
    const { executionRoleArn, taskRoleArn } = (input["overrides"] ?? {}) as Members;
    return [...listOf(executionRoleArn), ...listOf(taskRoleArn)].map((arn) => pass(arn, "ecs-tasks.amazonaws.com"));
  }
  if (action === "events:PutTargets")
    return ((input["Targets"] ?? []) as { RoleArn?: string }[])
      .flatMap(({ RoleArn }) => listOf(RoleArn))
      .map((arn) => pass(arn, "events.amazonaws.com"));
  if (action === "iam:AddRoleToInstanceProfile")
    return listOf(input["RoleName"]).map((name) => pass(name, "ec2.amazonaws.com"));
  if (action === "ec2:RunInstances") return profileRoles(region, input).map((role) => pass(role, "ec2.amazonaws.com"));
  return launchesOf({ action, input, region }).flatMap(({ data }) =>
    profileRoles(region, data).map((role) => pass(role, "ec2.amazonaws.com")),
  );
}

/** The roles in the instance profile that launch parameters name. */
function profileRoles(region: Region, { IamInstanceProfile }: Members): string[] {
  const { Name, Arn } = (IamInstanceProfile ?? {}) as { Name?: string; Arn?: string };
  const name = Name ?? Arn?.split("/").at(-1) ?? "";
  return instanceProfiles(region.world.global).get(name)?.roleNames ?? [];
}

/** The launch template that a call gives to an Auto Scaling group. */
function launchesOf({ action, input, region }: Asking): { arn: string; data: Members }[] {
  if (action !== "autoscaling:CreateAutoScalingGroup" && action !== "autoscaling:UpdateAutoScalingGroup") return [];
  const wanted = input["LaunchTemplate"] as { LaunchTemplateId?: string; LaunchTemplateName?: string } | undefined;
  if (!wanted) return [];
  const found = [...launchTemplates(region).values()].find(
    ({ id, name }) => id === wanted.LaunchTemplateId || name === wanted.LaunchTemplateName,
  );
  const data = (found?.versions.at(-1)?.data ?? {}) as Members;
  return [{ arn: region.arn("ec2", `launch-template/${found?.id ?? "*"}`), data }];
}

/** What a launch template tags is asked for where a group gets it, as at RunInstances. */
const launchTags = (asking: Asking): AskedAlong[] =>
  launchesOf(asking).flatMap(({ data }) =>
    ((data["TagSpecifications"] ?? []) as { ResourceType?: string }[]).map(({ ResourceType }) => ({
      action: "ec2:CreateTags",
      resource: asking.region.arn("ec2", `${ResourceType}/*`),
      keys: { "ec2:createaction": "RunInstances" },
    })),
  );

/** The tagging actions of services that ask for one when something is made with tags. */
const taggers: Readonly<Record<string, string>> = {
  ecs: "TagResource",
  ecr: "TagResource",
  logs: "TagResource",
  sns: "TagResource",
  cloudwatch: "TagResource",
  events: "TagResource",
  secretsmanager: "TagResource",
  sqs: "TagQueue",
  "application-autoscaling": "TagResource",
  autoscaling: "CreateOrUpdateTags",
  elasticloadbalancing: "AddTags",
  ec2: "CreateTags",
};
const makes = /:(Create|Register|Put|Run)/;

function tagging({ action, input, region }: Asking): AskedAlong[] {
  if (!makes.test(action) || Object.keys(requestedTags(input)).length === 0) return [];
  const [service = "", operation = ""] = action.split(":");
  if (action === "iam:CreateRole") return [{ action: "iam:TagRole" }];
  if (action === "iam:CreateInstanceProfile") return [{ action: "iam:TagInstanceProfile" }];
  const tagger = taggers[service];
  if (tagger === undefined || operation === tagger) return [];
  // It is made under a permission on everything, but tagged by its name.
  const named = action === "cloudwatch:PutCompositeAlarm" && `alarm:${String(input["AlarmName"])}`;
  return [
    {
      action: `${service}:${tagger}`,
      ...(named ? { resource: region.arn("cloudwatch", named) } : {}),
      ...(service === "ec2" ? { keys: { "ec2:createaction": operation } } : {}),
    },
  ];
}

/** Whose role each call makes AWS create, when the account does not have it yet. */
const firstUses: Readonly<Record<string, string>> = {
  "ecs:CreateCluster": "ecs.amazonaws.com",
  "ecs:CreateService": "ecs.amazonaws.com",
  "ecs:CreateCapacityProvider": "ecs.amazonaws.com",
  "autoscaling:CreateAutoScalingGroup": "autoscaling.amazonaws.com",
  "application-autoscaling:RegisterScalableTarget": "ecs.application-autoscaling.amazonaws.com",
  "elasticloadbalancing:CreateLoadBalancer": "elasticloadbalancing.amazonaws.com",
};

function linking({ action, region }: Asking): AskedAlong[] {
  const service = firstUses[action];
  const role = service === undefined ? undefined : linkedRoles[service];
  if (service === undefined || !role || roles(region.world.global).has(role.name)) return [];
  const resource = `arn:aws:iam::${accountId}:role/aws-service-role/${service}/${role.name}`;
  return [{ action: "iam:CreateServiceLinkedRole", resource, keys: { "iam:awsservicename": service } }];
}

/**
 * Application Auto Scaling has the caller's permissions checked for the service that it scales and, where a policy has
 * alarms, for CloudWatch ("Permissions validation", its user guide).
 */
function scaling({ action, input, region }: Asking): AskedAlong[] {
  const [service, operation = ""] = action.split(":");
  const resourceId = String(input["ResourceId"] ?? "");
  if (service !== "application-autoscaling" || input["ServiceNamespace"] !== "ecs") return [];
  const target = region.arn("ecs", resourceId);
  const alarm = region.arn("cloudwatch", `alarm:TargetTracking-${resourceId}-AlarmHigh`);
  const onAlarm = (...names: string[]) => names.map((name) => ({ action: `cloudwatch:${name}`, resource: alarm }));
  const tracking = input["PolicyType"] === "TargetTrackingScaling";
  if (operation === "RegisterScalableTarget")
    return ["DescribeServices", "UpdateService"].map((name) => ({ action: `ecs:${name}`, resource: target }));
  if (operation === "PutScalingPolicy" && tracking) return onAlarm("PutMetricAlarm", "DescribeAlarms", "DeleteAlarms");
  if (operation === "DeleteScalingPolicy" && hasAlarms(region, resourceId, input["PolicyName"]))
    return onAlarm("DeleteAlarms");
  return [];
}

const hasAlarms = (region: Region, resourceId: string, name: unknown): boolean =>
  [...scalingPolicies(region).values()].some(
    ({ policy }) =>
      policy.ResourceId === resourceId && policy.PolicyName === name && policy.PolicyType === "TargetTrackingScaling",
  );

/** Every permission that a call needs besides its own. */
export function askedAlong(asking: Asking): AskedAlong[] {
  const launches = launchesOf(asking).map(({ arn }) => ({
    action: "ec2:RunInstances",
    resource: asking.region.arn("ec2", "instance/*"),
    keys: { "ec2:launchtemplate": arn },
  }));
  return [
    ...passedRoles(asking),
    ...tagging(asking),
    ...linking(asking),
    ...launches,
    ...launchTags(asking),
    ...scaling(asking),
  ];
}
