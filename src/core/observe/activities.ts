import type { Aws } from "../aws/aws.ts";
import type { PolicyConfig } from "../config/scaling-schema.ts";
import type { Config } from "../config/schema.ts";
import { isAwsError } from "../errors.ts";

/** Whether an activity of the guided project is done, read from AWS, with what shows it. */
export interface Evidence {
  done: boolean;
  /** One line: what was found, or what is missing. */
  shows: string;
}

type Verify = (aws: Aws, config: Config) => Promise<Evidence>;
const yes = (shows: string): Evidence => ({ done: true, shows });
const no = (shows: string): Evidence => ({ done: false, shows });

/** The value, or undefined when AWS says that there is none. */
async function found<T>(call: Promise<T>, ...names: string[]): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isAwsError(error, ...names)) return undefined;
    throw error;
  }
}

export const verifyRegistry: Verify = async (aws, config) => {
  const name = config.image.repository;
  const answer = await found(
    aws.call("ecr", "DescribeRepositories", { repositoryNames: [name] }),
    "RepositoryNotFoundException",
  );
  const uri = answer?.repositories?.[0]?.repositoryUri;
  return uri ? yes(`repository ${uri}`) : no(`there is no repository ${name}`);
};

export const verifyImage: Verify = async (aws, config) => {
  const { repository, tag } = config.image;
  const answer = await found(
    aws.call("ecr", "DescribeImages", { repositoryName: repository, imageIds: [{ imageTag: tag }] }),
    "RepositoryNotFoundException",
    "ImageNotFoundException",
  );
  const image = answer?.imageDetails?.[0];
  return image
    ? yes(`${repository} ${image.imageDigest?.slice(0, 19)}…, tagged ${image.imageTags?.join(", ")}`)
    : no(`nothing tagged ${tag} was pushed to ${repository}`);
};

async function missingPolicies(aws: Aws, role: string, wanted: readonly string[]): Promise<string[] | undefined> {
  const attached = await found(
    aws.all("iam", "ListAttachedRolePolicies", { RoleName: role }, (page) => page.AttachedPolicies),
    "NoSuchEntityException",
  );
  if (!attached) return undefined;
  const has = attached.flatMap((policy) => [policy.PolicyName, policy.PolicyArn]);
  return wanted.filter((policy) => !has.includes(policy));
}

export const verifyRoles: Verify = async (aws, config) => {
  const wanted: [role: string, policies: readonly string[]][] = [
    [config.task.executionRole, config.task.executionRolePolicies],
  ];
  const capacity = config.cluster.capacity;
  if (capacity) wanted.unshift([capacity.instanceRole, capacity.instanceRolePolicies]);
  for (const [role, policies] of wanted) {
    const missing = await missingPolicies(aws, role, policies);
    if (!missing) return no(`there is no role ${role}`);
    if (missing.length > 0) return no(`role ${role} lacks ${missing.join(", ")}`);
  }
  if (capacity) {
    const profile = await found(
      aws.call("iam", "GetInstanceProfile", { InstanceProfileName: capacity.instanceRole }),
      "NoSuchEntityException",
    );
    if (!profile?.InstanceProfile?.Roles?.some((role) => role.RoleName === capacity.instanceRole))
      return no(`there is no instance profile with ${capacity.instanceRole}`);
  }
  return yes(wanted.map(([role, policies]) => `${role} (${policies.length} policies)`).join(", "));
};

export const verifyCluster: Verify = async (aws, config) => {
  const answer = await aws.call("ecs", "DescribeClusters", { clusters: [config.cluster.name] });
  const cluster = answer.clusters?.[0];
  if (cluster?.status !== "ACTIVE") return no(`there is no active cluster ${config.cluster.name}`);
  const registered = cluster.registeredContainerInstancesCount ?? 0;
  if (config.cluster.capacity && registered < Math.max(1, config.cluster.capacity.min))
    return no(`${registered} instances have registered with ${config.cluster.name}`);
  return yes(`${config.cluster.name} is ACTIVE, ${registered} instance${registered === 1 ? "" : "s"} registered`);
};

export const verifyTaskDefinition: Verify = async (aws, config) => {
  const answer = await found(
    aws.call("ecs", "DescribeTaskDefinition", { taskDefinition: config.task.family }),
    "ClientException",
  );
  const definition = answer?.taskDefinition;
  const container = definition?.containerDefinitions?.find((one) => one.name === config.task.container.name);
  if (!definition || !container) return no(`no revision of ${config.task.family} has ${config.task.container.name}`);
  const port = container.portMappings?.[0];
  return yes(
    `${definition.family}:${definition.revision}, cpu ${definition.cpu}, memory ${definition.memory}, ` +
      `port ${port?.containerPort} → ${port?.hostPort || "dynamic"}, logs to ${container.logConfiguration?.options?.["awslogs-group"]}`,
  );
};

export const verifyService: Verify = async (aws, config) => {
  const answer = await found(
    aws.call("ecs", "DescribeServices", { cluster: config.cluster.name, services: [config.service.name] }),
    "ClusterNotFoundException",
  );
  const service = answer?.services?.[0];
  if (service?.status !== "ACTIVE") return no(`there is no active service ${config.service.name}`);
  const counts = `${service.runningCount} of ${service.desiredCount} tasks running`;
  const steady = service.deployments?.length === 1 && service.runningCount === service.desiredCount;
  return steady && (service.runningCount ?? 0) > 0
    ? yes(`${config.service.name} is steady: ${counts}`)
    : no(`${config.service.name} is not steady: ${counts}`);
};

/** `wanted` is the policy that the guided project names, whether or not ecsctl.yaml has it yet. */
export async function verifyScaling(aws: Aws, config: Config, wanted: PolicyConfig): Promise<Evidence> {
  const resource = `service/${config.cluster.name}/${config.service.name}`;
  const [targets, policies] = await Promise.all([
    aws.call("application-autoscaling", "DescribeScalableTargets", {
      ServiceNamespace: "ecs",
      ResourceIds: [resource],
    }),
    aws.call("application-autoscaling", "DescribeScalingPolicies", { ServiceNamespace: "ecs", ResourceId: resource }),
  ]);
  const target = targets.ScalableTargets?.[0];
  const policy = policies.ScalingPolicies?.find((one) => one.PolicyName === wanted.name);
  if (!target || !policy) return no(`${resource} has no policy ${wanted.name}`);
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  return yes(
    `${target.MinCapacity}..${target.MaxCapacity} tasks, ${wanted.name} at ${tracking?.TargetValue} %, ` +
      `cooldowns ${tracking?.ScaleOutCooldown} s out and ${tracking?.ScaleInCooldown} s in, ${policy.Alarms?.length ?? 0} alarms`,
  );
}
