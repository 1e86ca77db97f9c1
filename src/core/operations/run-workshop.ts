import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { loadProject, type Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { type EcsctlError, gaveUpError } from "../errors.ts";
import { defaultAnswers, initProject } from "./init.ts";
import { activities, type Activity, type WorkshopState } from "./workshop-acts.ts";
import { activityTexts } from "./workshop-activities.ts";

export interface WorkshopOptions {
  /** Absolute path of the project's folder; the flash-sale template is written there when it has no ecsctl.yaml. */
  dir: string;
  /** Asked before each activity that is not done yet; false ends the workshop there, to be resumed later. */
  proceed: (activity: Activity) => Promise<boolean>;
  /** How `push` builds, and whether it leaves the base image out. */
  engine: string;
  omitBase: boolean;
}

export interface ActivityResult {
  number: number;
  name: string;
  /** Done now or before. */
  done: boolean;
  /** AWS was read, and shows it. */
  verified: boolean;
  /** Local seconds. */
  seconds: number;
}

/** The document of `ecsctl workshop`. */
export interface WorkshopResult {
  activities: ActivityResult[];
  /** Most tasks that DescribeServices counted as running. */
  peakTasks: number;
  requests: number;
  errors: number;
  /** Where this document was saved. */
  report: string;
}

/**
 * The guided project, activity by activity: each told, done and verified by reading AWS. What AWS shows as done already
 * is not done again, so a workshop that stopped goes on where it was. Throws exit 6 when an activity cannot be verified.
 */
export async function runWorkshop(context: Context, options: WorkshopOptions): Promise<WorkshopResult> {
  const project = await openProject(context, options.dir);
  const report = join(context.stateDir, "reports", `workshop-${project.config.app}.json`);
  const state: WorkshopState = {
    context,
    project,
    engine: options.engine,
    omitBase: options.omitBase,
    ...(await readState(report)),
  };
  const results: ActivityResult[] = [];
  for (const activity of activities) {
    const result = await runActivity(state, activity, options);
    if (!result) break;
    results.push(result);
    await save(report, state, results);
    state.project = loadProject({ cwd: options.dir, env: context.env });
  }
  return summarize(report, state, results);
}

async function openProject(context: Context, dir: string): Promise<Project> {
  if (!existsSync(join(dir, "ecsctl.yaml"))) {
    const answers = { ...defaultAnswers, region: context.aws.region };
    const { files } = await initProject({ dir, template: "flash-sale", answers, force: false });
    context.emit({ type: "note", message: `wrote ${files.join(", ")} to ${dir}` });
  }
  return loadProject({ cwd: dir, env: context.env });
}

async function runActivity(
  state: WorkshopState,
  activity: Activity,
  { proceed }: WorkshopOptions,
): Promise<ActivityResult | undefined> {
  const { context } = state;
  const began = performance.now();
  const tell = (status: string, shows?: string) =>
    context.emit({
      type: "data",
      kind: "activity",
      data: { text: activity.text, of: activityTexts.length, status, shows },
    });
  const outcome = (): ActivityResult => ({
    number: activity.text.number,
    name: activity.text.name,
    done: true,
    verified: true,
    seconds: Math.round((performance.now() - began) / 100) / 10,
  });
  tell("begun");
  const before = await activity.verify(state);
  if (before.done && activity.perform) {
    tell("already", before.shows);
    return outcome();
  }
  if (!(await proceed(activity))) return undefined;
  context.signal.throwIfAborted();
  await activity.perform?.(state);
  const after = activity.perform ? await activity.verify(state) : before;
  tell(after.done ? "verified" : "failed", after.shows);
  if (!after.done) throw notVerified(activity, after.shows);
  return outcome();
}

function notVerified(activity: Activity, shows: string): EcsctlError {
  return gaveUpError({
    code: "ActivityNotVerified",
    message: `Activity ${activity.text.number} (${activity.text.name}) was done, but AWS does not show it: ${shows}.`,
    hint: "See: ecsctl status, ecsctl events --explain; then run ecsctl workshop again, which goes on here.",
  });
}

type Saved = Pick<WorkshopState, "peakTasks" | "requests" | "errors" | "loaded" | "told">;
const fresh: Saved = { peakTasks: 0, requests: 0, errors: 0, loaded: undefined, told: undefined };

/** What AWS cannot tell again: the load that was sent and the timeline that was shown. */
async function readState(report: string): Promise<Saved> {
  try {
    const { peakTasks, requests, errors, loaded, told, finished } = JSON.parse(
      await readFile(report, "utf8"),
    ) as Saved & {
      finished: boolean;
    };
    return finished ? fresh : { peakTasks, requests, errors, loaded, told };
  } catch {
    return fresh; // the first run, or a report that was cut short
  }
}

function summarize(report: string, state: WorkshopState, results: readonly ActivityResult[]): WorkshopResult {
  const { peakTasks, requests, errors } = state;
  return { activities: [...results], peakTasks, requests, errors, report };
}

async function save(report: string, state: WorkshopState, results: readonly ActivityResult[]): Promise<void> {
  const { loaded, told } = state;
  const finished = results.length === activities.length;
  await mkdir(dirname(report), { recursive: true });
  const document = { ...summarize(report, state, results), loaded, told, finished };
  await writeFile(report, `${JSON.stringify(document, undefined, 2)}\n`);
}
