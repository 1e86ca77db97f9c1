import * as z from "zod";

// One file is checked once: compiling a checker for it costs more than checking.
z.config({ jitless: true });

/** Every description below is published as JSON Schema and shown by editors and in `docs/config.md`. */
const name = (what: string) => z.string().min(1).max(255).describe(what);
const count = (what: string) => z.int().min(0).describe(what);
const port = (what: string) => z.int().min(0).max(65535).describe(what);
const duration = (what: string) =>
  z
    .string()
    .regex(/^\d+(s|m|h|d)$/, "expected a duration like 30s, 5m, 2h")
    .describe(what);

export const imageSchema = z
  .strictObject({
    repository: name("Name of the ECR repository."),
    context: z.string().default(".").describe("Folder that the Dockerfile sees, relative to ecsctl.yaml."),
    dockerfile: z.string().default("Dockerfile").describe("The Dockerfile, relative to the context."),
    tag: z.string().default("latest").describe("Tag to push besides the one made from the content."),
    platform: z.string().default("linux/amd64").describe("Platform of the image, as in `docker build --platform`."),
  })
  .describe("The image that `push` builds.");

export const capacitySchema = z
  .strictObject({
    instanceType: name("EC2 instance type; must be offered in the region's zones."),
    min: count("Smallest number of instances."),
    max: count("Largest number of instances."),
    rootVolumeGiB: z.int().min(1).default(30).describe("Size of the encrypted root volume in GiB."),
    instanceRole: name("IAM role of the instances; made if missing, adopted if it exists.").default("ecsInstanceRole"),
    instanceRolePolicies: z
      .array(z.string())
      .default(["AmazonEC2ContainerServiceforEC2Role"])
      .describe("Names or ARNs of the managed policies on that role."),
    ingressCidr: z
      .string()
      .default("0.0.0.0/0")
      .describe("Who may reach HTTP and the ephemeral ports of the instances. The default is the whole world."),
    ami: z
      .string()
      .default("/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended")
      .describe("SSM parameter that names the AMI, or an AMI id."),
    managedScaling: z.boolean().default(true).describe("The capacity provider sizes the Auto Scaling group."),
    targetCapacity: z.int().min(1).max(100).default(100).describe("Percent of the instances to keep in use."),
  })
  .describe("EC2 instances of the cluster.");

export const clusterSchema = z
  .strictObject({
    name: name("Name of the ECS cluster."),
    capacity: capacitySchema.optional(),
  })
  .describe("The ECS cluster and its EC2 capacity.");

export const serviceSchema = z
  .strictObject({
    name: name("Name of the ECS service."),
    desiredCount: count("Tasks to start with; scaling owns the number once a scalable target exists.").default(1),
    launchType: z
      .enum(["capacity-provider", "EC2"])
      .default("capacity-provider")
      .describe("How tasks find instances. With EC2, the service does not make the Auto Scaling group grow."),
    minimumHealthyPercent: z.int().min(0).max(100).default(100).describe("Lowest share of tasks during a rollout."),
    maximumPercent: z.int().min(100).max(200).default(200).describe("Highest share of tasks during a rollout."),
  })
  .describe("The ECS service.");

export const containerSchema = z.strictObject({
  name: name("Name of the essential container."),
  port: port("Port that the container listens on.").min(1),
  hostPort: port("Port on the instance; 0 lets ECS choose one of the ephemeral range.").default(0),
  command: z.array(z.string()).optional().describe("Overrides the image's CMD."),
  environment: z.record(z.string(), z.string()).default({}).describe("Environment variables, in the clear."),
});

export const taskSchema = z
  .strictObject({
    family: name("Family of the task definition."),
    cpu: z.int().min(128).describe("CPU units of the task; 1024 is one vCPU."),
    memory: z.int().min(6).describe("Memory of the task in MiB."),
    executionRole: name("IAM role with which ECS pulls the image and writes logs.").default("ecsTaskExecutionRole"),
    executionRolePolicies: z
      .array(z.string())
      .default(["AmazonECSTaskExecutionRolePolicy"])
      .describe("Names or ARNs of the managed policies on that role."),
    container: containerSchema,
    logs: z
      .strictObject({
        group: name("CloudWatch Logs group."),
        retentionDays: z.int().min(1).default(14).describe("Days that log events are kept."),
        streamPrefix: z.string().default("ecs").describe("Prefix of the log streams."),
      })
      .describe("Where the container's output goes."),
  })
  .describe("The task definition.");

export const policySchema = z.strictObject({
  name: name("Name of the scaling policy."),
  type: z.enum(["target-tracking"]).describe("Kind of the policy."),
  metric: z.enum(["cpu", "memory"]).describe("The service's average that is kept at the target."),
  target: z.number().positive().describe("Target in percent of what the tasks reserve."),
  scaleOutCooldown: duration("Seconds after a scale-out in which only a larger step adds.").default("300s"),
  scaleInCooldown: duration("Seconds after a scale-in in which no other scale-in happens.").default("300s"),
  disableScaleIn: z.boolean().default(false).describe("Never remove tasks through this policy."),
});

export const scalingSchema = z
  .strictObject({
    min: count("Fewest tasks."),
    max: z.int().min(1).describe("Most tasks."),
    policies: z.array(policySchema).default([]).describe("Scaling policies."),
  })
  .describe("Service auto scaling.");

/** One environment's document, before `environments` is merged in: strict, every key described. */
export const configSchema = z
  .strictObject({
    app: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/, "expected lower-case letters, digits and dashes, at most 32")
      .describe("Name of the application: the value of the ownership tag `ecsctl:app`."),
    region: z.string().optional().describe("AWS region; --region, AWS_REGION and the profile come first."),
    image: imageSchema,
    cluster: clusterSchema,
    service: serviceSchema,
    task: taskSchema,
    scaling: scalingSchema.optional(),
    tags: z.record(z.string(), z.string()).default({}).describe("Tags on everything that can carry tags."),
  })
  .describe("What ecsctl makes of a folder with a Dockerfile.");

/** The configuration after defaults, environment and expansion. */
export type Config = z.output<typeof configSchema>;
export type PolicyConfig = z.output<typeof policySchema>;
