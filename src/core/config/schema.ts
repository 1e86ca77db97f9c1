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
    containerInsights: z
      .boolean()
      .optional()
      .describe("Whether CloudWatch counts the tasks of every service each minute; costs a little. Absent: as it is."),
  })
  .describe("The ECS cluster and its EC2 capacity.");

export const serviceSchema = z
  .strictObject({
    name: name("Name of the ECS service."),
    desiredCount: count("Tasks to start with; scaling owns the number once a scalable target exists.").default(1),
    launchType: z
      .enum(["capacity-provider", "EC2", "FARGATE"])
      .default("capacity-provider")
      .describe(
        "How tasks find instances. With EC2, the service does not make the Auto Scaling group grow; FARGATE needs none.",
      ),
    publicIp: z
      .boolean()
      .optional()
      .describe(
        "On Fargate, whether tasks get public addresses; they do when absent. Without, they need a NAT gateway.",
      ),
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

const permissionSchema = z.strictObject({
  actions: z.array(z.string()).min(1).describe("Actions of AWS: `ecs:DescribeServices`."),
  resources: z.array(z.string()).min(1).describe("ARNs that they are allowed on; `*` stands for anything."),
});

const taskRoleSchema = z
  .strictObject({
    name: name("IAM role as which the containers call AWS; made if missing, adopted if it exists."),
    policies: z.array(z.string()).default([]).describe("Names or ARNs of the managed policies on that role."),
    permissions: z.array(permissionSchema).default([]).describe("What else it may do, as a policy of its own."),
  })
  .describe("What the containers may do in AWS; without it, nothing.");

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
    role: taskRoleSchema.optional(),
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

export const healthCheckSchema = z
  .strictObject({
    path: z
      .string()
      .regex(/^\//, "expected a path that begins with /")
      .default("/")
      .describe("Path that is asked for."),
    matcher: z
      .string()
      .regex(/^\d{3}([-,]\d{3})*$/, "expected status codes like 200, 200-299 or 200,204")
      .default("200")
      .describe("Status codes of a healthy task: `200`, `200-299`."),
    interval: duration("Time between two checks, 5 to 300 seconds.").default("30s"),
    timeout: duration("Time that an answer may take; shorter than the interval.").default("5s"),
    healthyThreshold: z.int().min(2).max(10).default(2).describe("Checks passed after which it is healthy again."),
    unhealthyThreshold: z.int().min(2).max(10).default(2).describe("Checks failed after which it gets no requests."),
    gracePeriod: duration("Time after a task's start in which failed checks do not stop it.").default("60s"),
  })
  .describe("How the load balancer finds out whether a task works.");

export const loadBalancerSchema = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/,
        "expected letters, digits and dashes, at most 32",
      )
      .optional()
      .describe("Name of the load balancer and its target group; the app's when absent."),
    port: port("Port that the load balancer listens on, HTTP.").min(1).default(80),
    ingressCidr: z.string().default("0.0.0.0/0").describe("Who may reach it. The default is the whole world."),
    healthCheck: healthCheckSchema.prefault({}),
    deregistrationDelay: duration("Time that requests under way get when a task leaves.").default("300s"),
  })
  .describe("An application load balancer in front of the service.");

export const alarmSchema = z.strictObject({
  name: name("Name of the alarm."),
  metric: z
    .enum(["cpu", "memory", "running-tasks"])
    .describe("What is watched: the service's average in percent, or its running tasks (needs containerInsights)."),
  comparison: z.enum([">", ">=", "<", "<="]).default(">").describe("How the metric is compared with the threshold."),
  threshold: z.number().describe("Threshold."),
  periods: z.int().min(1).default(1).describe("Periods of a minute that it must last."),
  description: z.string().optional().describe("What it means, for whoever gets the mail."),
});

export const notifySchema = z
  .strictObject({
    topic: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,256}$/, "expected letters, digits, dashes and underscores")
      .describe("Name of the SNS topic that alarms notify."),
    emails: z
      .array(z.string())
      .default([])
      .describe("Addresses to subscribe; each must confirm the mail that it gets."),
  })
  .describe("Who hears of alarms.");

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
    loadBalancer: loadBalancerSchema.optional(),
    scaling: scalingSchema.optional(),
    alarms: z.array(alarmSchema).default([]).describe("CloudWatch alarms on the service."),
    notify: notifySchema.optional(),
    tags: z.record(z.string(), z.string()).default({}).describe("Tags on everything that can carry tags."),
  })
  .describe("What ecsctl makes of a folder with a Dockerfile.");

/** The configuration after defaults, environment and expansion. */
export type Config = z.output<typeof configSchema>;
export type AlarmConfig = z.output<typeof alarmSchema>;
export type PolicyConfig = z.output<typeof policySchema>;
