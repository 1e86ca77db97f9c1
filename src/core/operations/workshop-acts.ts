import type { Project } from "../config/project.ts";
import type { PolicyConfig } from "../config/scaling-schema.ts";
import type { Context } from "../context.ts";
import { deploymentError, objectiveError } from "../errors.ts";
import {
  type Evidence,
  verifyCluster,
  verifyImage,
  verifyRegistry,
  verifyRoles,
  verifyScaling,
  verifyService,
  verifyTaskDefinition,
} from "../observe/activities.ts";
import { request } from "undici";
import { addScalingPolicy } from "./add-scaling-policy.ts";
import { deploy } from "./deploy.ts";
import { destroy } from "./destroy.ts";
import { listEndpoints } from "./list-endpoints.ts";
import { listEvents } from "./list-events.ts";
import { push } from "./push.ts";
import { runLoadtest } from "./run-loadtest.ts";
import { watchService } from "./watch-service.ts";
import { activityTexts, leavingText, type ActivityText } from "./workshop-activities.ts";

/** What the activities share; the last five survive a workshop that stops. */
export interface WorkshopState {
  context: Context;
  project: Project;
  engine: string;
  omitBase: boolean;
  peakTasks: number;
  requests: number;
  errors: number;
  /** What the load showed, once it did. */
  loaded: string | undefined;
  /** What the timeline showed. */
  told: string | undefined;
}

export interface Activity {
  text: ActivityText;
  /** Absent where looking is the whole activity. */
  perform?: (state: WorkshopState) => Promise<void>;
  verify: (state: WorkshopState) => Promise<Evidence>;
}

/** The guided project's policy and range, whatever ecsctl.yaml says so far. */
const policy: PolicyConfig = {
  name: "cpu-target-tracking",
  type: "target-tracking",
  metric: "cpu",
  target: 50,
  scaleOutCooldown: "30s",
  scaleInCooldown: "30s",
  disableScaleIn: false,
};
const range = { min: 1, max: 3 };

const [registry, image, roles, cluster, definition, service, scaling, address, load, events] =
  activityTexts as readonly ActivityText[] as [
    ActivityText,
    ActivityText,
    ActivityText,
    ActivityText,
    ActivityText,
    ActivityText,
    ActivityText,
    ActivityText,
    ActivityText,
    ActivityText,
  ];

/** Deploys only these kinds of things and what they need. */
const deployOnly =
  (...kinds: string[]) =>
  async ({ context, project }: WorkshopState): Promise<void> => {
    const { deployment } = await deploy(context, project, { only: kinds });
    if (deployment.status === "failed" || deployment.status === "superseded" || deployment.status === "timed out")
      throw deploymentError({
        code: "DeploymentFailed",
        message: `Deployment ${deployment.id} ${deployment.status}.`,
        why: deployment.reason ?? undefined,
        hint: "See: ecsctl events --explain; then run ecsctl workshop again, which goes on here.",
      });
  };

/** A shell around a verifier that needs AWS and the configuration alone. */
const reading =
  (verify: (aws: Context["aws"], config: Project["config"]) => Promise<Evidence>) =>
  ({ context, project }: WorkshopState): Promise<Evidence> =>
    verify(context.aws, project.config);

async function verifyPage({ context, project }: WorkshopState): Promise<Evidence> {
  const { endpoints, unreachable } = await listEndpoints(context, project);
  const url = endpoints[0]?.url;
  if (!url) return { done: false, shows: unreachable[0]?.why ?? "no task runs" };
  const answer = await request(url, { signal: context.signal });
  const title = /<title>([^<]*)<\/title>/i.exec(await answer.body.text())?.[1];
  return {
    done: answer.statusCode === 200,
    shows: `${url} answers ${answer.statusCode}${title ? `: “${title}”` : ""}`,
  };
}

/** Load until the maximum answers, then patience until the minimum is back. */
async function loadAndWatch(state: WorkshopState): Promise<void> {
  const { context, project } = state;
  const report = await runLoadtest(context, project, {
    concurrency: 100,
    until: `count=${range.max}`,
    timeoutSeconds: 3,
    method: "GET",
    headers: [],
    targets: [],
    slo: [],
  });
  state.requests += report.requests;
  state.errors += report.errors.total;
  state.peakTasks = Math.max(state.peakTasks, ...report.timeline.map((sample) => sample.running ?? 0));
  context.emit({ type: "note", message: report.verdict });
  if (report.until?.met === false)
    throw objectiveError({
      code: "NotScaled",
      message: `The load did not bring the service to ${range.max} tasks.`,
      why: report.verdict,
      hint: "See: ecsctl events --explain",
    });
  await watchService(context, project, { intervalSeconds: 5, until: `count=${range.min}`, timeoutSeconds: 3600 });
  // A watch that is interrupted ends without an error; that the minimum is back would be a lie.
  context.signal.throwIfAborted();
  state.loaded = `${report.requests} requests, ${report.errors.total} errors; tasks ${range.min} → ${state.peakTasks} → ${range.min}`;
}

async function tellEvents(state: WorkshopState): Promise<void> {
  const { events: entries } = await listEvents(state.context, state.project, {});
  for (const entry of entries) state.context.emit({ type: "data", kind: "timeline", data: entry });
  const changes = entries.filter((entry) => /desired count/i.test(entry.message)).length;
  state.told = `${entries.length} events, ${changes} of them about the desired count`;
}

async function verifyGone(state: WorkshopState): Promise<Evidence> {
  const left: string[] = [];
  for (const [what, verify] of [
    ["service", verifyService],
    ["cluster", verifyCluster],
    ["repository", verifyRegistry],
  ] as const)
    if ((await verify(state.context.aws, state.project.config)).done) left.push(what);
  return left.length > 0
    ? { done: false, shows: `still there: ${left.join(", ")}` }
    : { done: true, shows: "nothing that was made is left" };
}

const pushImage = async ({ context, project, engine, omitBase }: WorkshopState): Promise<void> => {
  await push(context, project, { engine, omitBase });
};

/** The ten activities and the leaving, in order. */
export const activities: readonly Activity[] = [
  { text: registry, perform: deployOnly("ecr-repository"), verify: reading(verifyRegistry) },
  { text: image, perform: pushImage, verify: reading(verifyImage) },
  { text: roles, perform: deployOnly("iam-role", "instance-profile"), verify: reading(verifyRoles) },
  {
    text: cluster,
    perform: deployOnly("ecs-cluster", "auto-scaling-group", "cluster-capacity-providers"),
    verify: reading(verifyCluster),
  },
  { text: definition, perform: deployOnly("log-group", "task-definition"), verify: reading(verifyTaskDefinition) },
  { text: service, perform: deployOnly(), verify: reading(verifyService) },
  {
    text: scaling,
    perform: async ({ context, project }) => void (await addScalingPolicy(context, project, { policy, range })),
    verify: ({ context, project }) => verifyScaling(context.aws, project.config, policy),
  },
  { text: address, verify: verifyPage },
  {
    text: load,
    perform: loadAndWatch,
    verify: async ({ loaded }) => ({ done: loaded !== undefined, shows: loaded ?? "no load was sent yet" }),
  },
  {
    text: events,
    perform: tellEvents,
    verify: async ({ told }) => ({ done: told !== undefined, shows: told ?? "not read yet" }),
  },
  {
    text: leavingText,
    perform: async ({ context, project }) => void (await destroy(context, project, {})),
    verify: verifyGone,
  },
];
