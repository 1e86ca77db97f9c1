import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandName } from "../../src/core/iam/command-names.ts";
import type { Project } from "../../src/core/config/project.ts";
import { scalingSchema } from "../../src/core/config/scaling-schema.ts";
import { type Config, loadBalancerSchema } from "../../src/core/config/schema.ts";
import type { Context } from "../../src/core/context.ts";
import {
  verifyCluster,
  verifyImage,
  verifyRegistry,
  verifyRoles,
  verifyScaling,
  verifyService,
  verifyTaskDefinition,
} from "../../src/core/observe/activities.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { diagnose } from "../../src/core/operations/diagnose.ts";
import { listEndpoints } from "../../src/core/operations/list-endpoints.ts";
import { listEvents } from "../../src/core/operations/list-events.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { push } from "../../src/core/operations/push.ts";
import { queryLogs } from "../../src/core/operations/query-logs.ts";
import { readStatus } from "../../src/core/operations/read-status.ts";
import { rollback } from "../../src/core/operations/rollback.ts";
import { runLoadtest } from "../../src/core/operations/run-loadtest.ts";
import { showLogs } from "../../src/core/operations/show-logs.ts";
import { watchService } from "../../src/core/operations/watch-service.ts";
import type { DeployWorld } from "./deployable.ts";
import { addingPolicies, nightly, removingPolicies, scalingByHand, stepping, tracking } from "./scaling-runs.ts";
import { exporting, watching } from "./watching-runs.ts";

/** A project on the sandbox and what may be done to it. */
export interface Stage {
  world: DeployWorld;
  project: Project;
}

/** One use of a command, by its operation: what the command's file calls. */
export interface CommandRun {
  command: CommandName;
  name: string;
  run: (context: Context, stage: Stage) => Promise<unknown>;
  /** Not tried with less than its policy: another run of the command is, and this one takes long. */
  onlyPasses?: true;
  /** What ecsctl.yaml says by then, when it is not what the stage began with. */
  change?: (config: Config) => void;
  /** What somebody else does before, with all permissions. */
  before?: (stage: Stage) => Promise<unknown>;
}

/** The stage with the configuration that a run is about. */
export function stageOf(stage: Stage, { change }: CommandRun): Stage {
  const config = structuredClone(stage.project.config);
  change?.(config);
  return { ...stage, project: { ...stage.project, config } };
}

const load = {
  concurrency: 2,
  requests: 20,
  timeoutSeconds: 3,
  headers: [],
  targets: [],
  slo: [],
};

/** A folder with a Dockerfile that needs no engine. */
function withFolder({ project }: Stage): Project {
  const dir = join(project.dir, "folder");
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "Dockerfile"), "FROM scratch\nCOPY index.html /\n");
  writeFileSync(join(dir, "index.html"), "<title>Flash Sale!</title>");
  return { ...project, dir };
}

const deployOf = (name: string, change: (config: Config) => void, before?: CommandRun["before"]): CommandRun => ({
  command: "deploy",
  name,
  onlyPasses: true,
  change,
  run: (context, { project }) => deploy(context, project, { adopt: true }),
  ...(before ? { before } : {}),
});

const looks: CommandRun[] = [
  { command: "status", name: "status", run: (context, { project }) => readStatus(context, project) },
  { command: "endpoints", name: "endpoints", run: (context, { project }) => listEndpoints(context, project) },
  { command: "events", name: "events", run: (context, { project }) => listEvents(context, project, { explain: true }) },
  {
    command: "logs",
    name: "logs",
    run: (context, { project }) =>
      showLogs(context, project, { sinceSeconds: 3600, filter: undefined, task: undefined }),
  },
  {
    command: "logs insights",
    name: "logs insights",
    run: (context, { project }) =>
      queryLogs(context, project, { query: "fields @message", sinceSeconds: 3600, limit: 10 }),
  },
  {
    command: "watch",
    name: "watch",
    run: (context, { project }) => watchService(context, project, { intervalSeconds: 5, until: "count=1" }),
  },
  { command: "loadtest", name: "loadtest", run: (context, { project }) => runLoadtest(context, project, load) },
];

const first: CommandRun[] = [
  {
    command: "push",
    name: "push",
    run: (context, stage) => push(context, withFolder(stage), { engine: "builtin" }),
  },
  {
    command: "doctor",
    name: "doctor",
    // What it is refused is a finding, not an end.
    onlyPasses: true,
    run: async (context, { project }) => {
      const { checks } = await diagnose({
        project: async () => project,
        context: async () => context,
        commands: ["status"],
        env: context.env,
        stateDir: context.stateDir,
        signal: context.signal,
      });
      return checks;
    },
  },
  { command: "plan", name: "plan of what is not there", run: (context, { project }) => plan(context, project, {}) },
  { command: "deploy", name: "first deploy", run: (context, { project }) => deploy(context, project, {}) },
  {
    command: "plan",
    name: "plan of what is there",
    onlyPasses: true,
    run: (context, { project }) => plan(context, project, {}),
  },
];

const last: CommandRun[] = [
  {
    command: "destroy",
    name: "destroy --dry-run",
    onlyPasses: true,
    run: (context, { project }) => destroy(context, project, { dryRun: true }),
  },
  { command: "destroy", name: "destroy", run: (context, { project }) => destroy(context, project, {}) },
];

/** The life of a service on EC2. */
export const onInstances: CommandRun[] = [
  ...first,
  ...addingPolicies,
  {
    command: "workshop",
    name: "what the workshop looks at after each activity",
    onlyPasses: true,
    run: ({ aws }, { project: { config } }) =>
      Promise.all([
        ...[verifyRegistry, verifyImage, verifyRoles, verifyCluster, verifyTaskDefinition, verifyService].map(
          (verify) => verify(aws, config),
        ),
        verifyScaling(aws, config, { ...tracking }),
      ]),
  },
  ...scalingByHand,
  ...looks,
  ...removingPolicies,
  ...exporting,
  deployOf(
    "deploy of another image",
    () => {},
    ({ world, project }) => world.push(project.config.app, "2"),
  ),
  { command: "rollback", name: "rollback", run: (context, { project }) => rollback(context, project, {}) },
  deployOf("deploy of changes", (config) => {
    config.tags = { stage: "test" };
    config.task.cpu = 128;
    config.task.logs.retentionDays = 3;
    config.cluster.containerInsights = true;
    if (config.cluster.capacity) {
      config.cluster.capacity.max = 4;
      config.cluster.capacity.targetCapacity = 90;
      config.cluster.capacity.rootVolumeGiB = 40;
      config.cluster.capacity.ingressCidr = "10.0.0.0/8";
      config.cluster.capacity.instanceRolePolicies.push("AmazonSSMManagedInstanceCore");
    }
    config.scaling = scalingSchema.parse({ min: 1, max: 2, policies: [tracking, stepping, nightly] });
  }),
  deployOf("deploy of fewer policies", (config) => {
    config.scaling = scalingSchema.parse({ min: 1, max: 3, policies: [] });
  }),
  ...last,
];

/** Makes a project the API project: Fargate, load balancer, task role, alarm and mail. */
export function toFargate(config: Config): void {
  delete config.cluster.capacity;
  config.cluster.containerInsights = true;
  config.service.launchType = "FARGATE";
  config.task.role = {
    name: `${config.app}-role`,
    policies: [],
    permissions: [{ actions: ["ecs:DescribeServices"], resources: ["*"] }],
  };
  config.loadBalancer = loadBalancerSchema.parse({ healthCheck: { path: "/" }, deregistrationDelay: "5s" });
  const alarm = { metric: "running-tasks", comparison: ">=", threshold: 5, periods: 1 } as const;
  config.alarms = [{ name: `${config.app}-full`, ...alarm, description: undefined }];
  config.dashboard = {};
  config.eventRules = [{ name: "stopped", on: "task-stopped", to: ["notify", "sqs:stopped", "logs:/events/stopped"] }];
  config.notify = { topic: `${config.app}-alerts`, emails: ["me@example.com"] };
  config.scaling = scalingSchema.parse({ min: 1, max: 3, policies: [tracking] });
}

/** The life of a service on Fargate. */
export const onFargate: CommandRun[] = [
  ...first,
  ...looks,
  ...watching,
  ...exporting,
  deployOf("deploy of changes", (config) => {
    config.tags = { stage: "test" };
    if (config.loadBalancer) {
      config.loadBalancer.healthCheck.matcher = "200-299";
      config.loadBalancer.deregistrationDelay = "9s";
    }
    if (config.alarms[0]) config.alarms[0].threshold = 4;
    config.task.role?.permissions.push({ actions: ["ecs:ListTasks"], resources: ["*"] });
    config.notify?.emails.push("you@example.com");
  }),
  ...last,
];
