import type { Aws } from "../aws/aws.ts";
import { parseDuration } from "../config/duration.ts";
import type { Config } from "../config/schema.ts";
import { parseSecret, type SecretReference } from "../config/secret-reference.ts";
import { bindNode, type Node } from "../plan/graph.ts";
import { iamRole } from "../resources/iam-role.ts";
import { logGroup } from "../resources/log-group.ts";
import type { Permission } from "../resources/role-permissions.ts";
import { ownTags } from "../resources/tags.ts";
import { type ContainerHealthSpec, taskDefinition } from "../resources/task-definition.ts";
import { isOnFargate } from "./balancer-graph.ts";

/** What the execution role must be allowed besides, so that ECS can look the secrets up: these and no others. */
export function secretPermissions({ task }: Config, region: string): Permission[] | undefined {
  const references = Object.values(task.container.secrets).map(parseSecret);
  const parameters = unique(references.map((reference) => parameterArn(reference, region)));
  const secrets = unique(references.map((reference) => (reference?.store === "secretsmanager" ? reference.arn : "")));
  const needs = [
    { actions: ["ssm:GetParameters"], resources: parameters },
    { actions: ["secretsmanager:GetSecretValue"], resources: secrets },
    { actions: ["kms:Decrypt"], resources: references.length > 0 ? task.secretKeys : [] },
  ].filter(({ resources }) => resources.length > 0);
  return needs.length > 0 ? needs : undefined;
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)].filter((text) => text !== "").sort();

/** A name without an account is one of our own account: IAM knows which. */
function parameterArn(reference: SecretReference | undefined, region: string): string {
  if (reference?.store !== "ssm") return "";
  return reference.arn ?? `arn:aws:ssm:${region}:*:parameter/${reference.name.replace(/^\//, "")}`;
}

type HealthCheck = Config["task"]["container"]["healthCheck"];

/** A line is for the container's shell; words are a program and its arguments, unless they say which they are. */
function readHealthCheck(check: HealthCheck): ContainerHealthSpec | undefined {
  if (!check) return undefined;
  const words = typeof check.command === "string" ? ["CMD-SHELL", check.command] : check.command;
  const seconds = (text: string): number => parseDuration(text) ?? 0;
  return {
    command: ["CMD", "CMD-SHELL"].includes(words[0] ?? "") ? words : ["CMD", ...words],
    interval: seconds(check.interval),
    timeout: seconds(check.timeout),
    retries: check.retries,
    startPeriod: seconds(check.startPeriod),
  };
}

/** The inline policy that lets the execution role read the secrets: several apps may share a role. */
export const secretsPolicy = (app: string): string => `ecsctl-${app}-secrets`;

/** The task definition, the roles that it names and the log group that it writes to. */
export function buildTaskNodes(aws: Aws, config: Config, image: string): Node[] {
  const { task } = config;
  const tags = ownTags(config.app, config.tags);
  const role = bindNode(iamRole, aws, {
    name: task.executionRole,
    title: `execution role ${task.executionRole}`,
    spec: () => ({
      name: task.executionRole,
      principal: "ecs-tasks.amazonaws.com",
      policies: task.executionRolePolicies,
      permissions: secretPermissions(config, aws.region),
      policyName: secretsPolicy(config.app),
      keepsPermissions: true,
      description: "ECS pulls images and writes logs with it; made by ecsctl",
      tags,
    }),
  });
  const logs = bindNode(logGroup, aws, {
    name: task.logs.group,
    title: `log group ${task.logs.group}`,
    spec: () => ({ name: task.logs.group, retentionDays: task.logs.retentionDays, tags }),
  });
  const { container, logs: place } = task;
  const taskRole = buildTaskRoleNode(aws, config);
  const definition = bindNode(taskDefinition, aws, {
    name: task.family,
    title: `task definition ${task.family}`,
    needs: [`ecr-repository/${config.image.repository}`, role.id, logs.id, ...(taskRole ? [taskRole.id] : [])],
    versioned: true,
    spec: (outputs) => ({
      family: task.family,
      cpu: task.cpu,
      memory: task.memory,
      executionRoleArn: outputs(role.id, "arn"),
      taskRoleArn: taskRole && outputs(taskRole.id, "arn"),
      fargate: isOnFargate(config),
      image,
      container: { ...container, healthCheck: readHealthCheck(container.healthCheck) },
      logs: { group: place.group, region: aws.region, streamPrefix: place.streamPrefix },
      tags,
    }),
  });
  return [role, logs, ...(taskRole ? [taskRole] : []), definition];
}

function buildTaskRoleNode(aws: Aws, config: Config): Node | undefined {
  const { role } = config.task;
  return (
    role &&
    bindNode(iamRole, aws, {
      name: role.name,
      title: `task role ${role.name}`,
      spec: () => ({
        name: role.name,
        principal: "ecs-tasks.amazonaws.com",
        policies: role.policies,
        permissions: role.permissions,
        description: `Containers of ${config.app} call AWS with it; made by ecsctl`,
        tags: ownTags(config.app, config.tags),
      }),
    })
  );
}
