import * as z from "zod";
import { duration, ecsName, logGroupName, name, port, roleName } from "./field-kinds.ts";

/** Names that a program can read: POSIX, which is also what shells can pass on. */
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected a variable's name: letters, digits and _");

const healthCommand = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

export const containerHealthSchema = z
  .strictObject({
    command: healthCommand.describe(
      "What is run in the container: a line for its shell, or a program and its arguments. Ending with 0 is healthy.",
    ),
    interval: duration("Time between two checks, 5 to 300 seconds.").default("30s"),
    timeout: duration("Time that a check may take, 2 to 60 seconds.").default("5s"),
    retries: z.int().min(1).max(10).default(3).describe("Checks failed in a row after which it is unhealthy."),
    startPeriod: duration("Time after the start in which failed checks do not count, at most 300 seconds.").default(
      "0s",
    ),
  })
  .describe("How the container itself finds out whether it works; ECS replaces tasks that do not.");

export const containerSchema = z.strictObject({
  name: ecsName("Name of the essential container."),
  port: port("Port that the container listens on.").min(1),
  hostPort: port("Port on the instance; 0 lets ECS choose one of the ephemeral range.").default(0),
  command: z.array(z.string()).optional().describe("Overrides the image's CMD."),
  environment: z.record(z.string(), z.string()).default({}).describe("Environment variables, in the clear."),
  secrets: z
    .record(variable, z.string().min(1))
    .default({})
    .describe(
      "Environment variables whose values ECS looks up when a task starts: a parameter of SSM (its name or ARN), or the ARN of a Secrets Manager secret, which `:KEY:STAGE:VERSION` may follow.",
    ),
  healthCheck: containerHealthSchema.optional(),
});

const permissionSchema = z.strictObject({
  actions: z.array(z.string()).min(1).describe("Actions of AWS: `ecs:DescribeServices`."),
  resources: z.array(z.string()).min(1).describe("ARNs that they are allowed on; `*` stands for anything."),
});

const taskRoleSchema = z
  .strictObject({
    name: roleName("IAM role as which the containers call AWS; made if missing, adopted if it exists."),
    policies: z.array(z.string()).default([]).describe("Names or ARNs of the managed policies on that role."),
    permissions: z.array(permissionSchema).default([]).describe("What else it may do, as a policy of its own."),
  })
  .describe("What the containers may do in AWS; without it, nothing.");

export const taskSchema = z
  .strictObject({
    family: ecsName("Family of the task definition."),
    cpu: z.int().min(128).describe("CPU units of the task; 1024 is one vCPU."),
    memory: z.int().min(6).describe("Memory of the task in MiB."),
    executionRole: roleName("IAM role with which ECS pulls the image and writes logs.").default("ecsTaskExecutionRole"),
    executionRolePolicies: z
      .array(z.string())
      .default(["AmazonECSTaskExecutionRolePolicy"])
      .describe("Names or ARNs of the managed policies on that role."),
    secretKeys: z
      .array(
        z
          .string()
          .regex(
            /^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/,
            "expected the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID",
          ),
      )
      .default([])
      .describe("ARNs of your own KMS keys that secrets are encrypted with; AWS's own keys need no mention."),
    role: taskRoleSchema.optional(),
    container: containerSchema,
    logs: z
      .strictObject({
        group: logGroupName("CloudWatch Logs group."),
        retentionDays: z.int().min(1).default(14).describe("Days that log events are kept."),
        streamPrefix: z.string().default("ecs").describe("Prefix of the log streams."),
      })
      .describe("Where the container's output goes."),
  })
  .describe("The task definition.");

export const deploymentSchema = z
  .strictObject({
    failedTasks: z
      .int()
      .min(1)
      .max(200)
      .default(3)
      .describe("Tasks that fail one after the other, after which the rollout is given up and rolled back."),
    fast: z
      .boolean()
      .optional()
      .describe(
        "A rollout is done when its tasks are healthy; those before leave afterwards. `deploy --fast` for once.",
      ),
    alarms: z
      .array(name("Name of a CloudWatch alarm."))
      .min(1)
      .optional()
      .describe("Alarms that end a rollout while they are on: it is rolled back."),
  })
  .describe("When a rollout has failed, and when it is done.");
