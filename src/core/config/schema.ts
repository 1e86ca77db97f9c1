import * as z from "zod";
import { alarmSchema, dashboardSchema, eventRuleSchema, notifySchema } from "./alarm-schema.ts";
import { count, duration, ecsName, name, port, roleName, subnetId, vpcId } from "./field-kinds.ts";
import { scalingSchema } from "./scaling-schema.ts";
import { deploymentSchema, taskSchema } from "./task-schema.ts";

export const imageSchema = z
  .strictObject({
    repository: z
      .string()
      .regex(
        /^(?=.{2,256}$)([a-z0-9]+([._-][a-z0-9]+)*\/)*[a-z0-9]+([._-][a-z0-9]+)*$/,
        "expected lower-case letters and digits, with . _ - or / between them",
      )
      .describe("Name of the ECR repository."),
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
    instanceRole: roleName("IAM role of the instances; made if missing, adopted if it exists.").default(
      "ecsInstanceRole",
    ),
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
    instanceWarmup: duration(
      "Time after a launch in which the group neither grows nor shrinks: long enough for an instance to take tasks. 60s when absent.",
    ).optional(),
    maxStep: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe("Most instances that are added at once; 10000 when absent."),
    managedDraining: z
      .boolean()
      .optional()
      .describe("Whether ECS moves the tasks of an instance that is to go, before it goes; it does when absent."),
    terminationProtection: z
      .boolean()
      .optional()
      .describe(
        "Whether instances that run tasks stay when the group shrinks; they do when absent. Only with managedScaling.",
      ),
  })
  .describe("EC2 instances of the cluster.");

export const clusterSchema = z
  .strictObject({
    name: ecsName("Name of the ECS cluster."),
    capacity: capacitySchema.optional(),
    containerInsights: z
      .boolean()
      .optional()
      .describe("Whether CloudWatch counts the tasks of every service each minute; costs a little. Absent: as it is."),
  })
  .describe("The ECS cluster and its EC2 capacity.");

export const serviceSchema = z
  .strictObject({
    name: ecsName("Name of the ECS service."),
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
    deployment: deploymentSchema.optional(),
  })
  .describe("The ECS service.");

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

export const networkSchema = z
  .strictObject({
    vpc: vpcId(
      "The VPC. Without `subnets`, those of its subnets are used that give public addresses (MapPublicIpOnLaunch), or all when none does; a load balancer and its tasks on Fargate take the first of each zone.",
    ).optional(),
    subnets: z
      .array(subnetId("A subnet."))
      .min(1)
      .max(32)
      .optional()
      .describe(
        "The subnets, all of one VPC; `vpc` may be left out then. With a load balancer one of each zone, in two zones at least.",
      ),
  })
  .describe(
    "The network that instances, tasks and the load balancer go to: used, never changed or deleted. The account's default VPC when absent. Its subnets must have a way to the internet or to AWS's endpoints, or no image is pulled.",
  );

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
    network: networkSchema.optional(),
    loadBalancer: loadBalancerSchema.optional(),
    scaling: scalingSchema.optional(),
    alarms: z
      .array(alarmSchema)
      .default([])
      .describe("CloudWatch alarms on the service. One that leaves the list is deleted by the next deploy."),
    notify: notifySchema.optional(),
    eventRules: z
      .array(eventRuleSchema)
      .optional()
      .describe(
        "EventBridge rules on the service, and where they lead. One that leaves the list is deleted by the next deploy, with what only it led to.",
      ),
    dashboard: dashboardSchema.optional(),
    tags: z.record(z.string(), z.string()).default({}).describe("Tags on everything that can carry tags."),
  })
  .describe("What ecsctl makes of a folder with a Dockerfile.");

/** The configuration after defaults, environment and expansion. */
export type Config = z.output<typeof configSchema>;
export type { AlarmConfig } from "./alarm-schema.ts";
