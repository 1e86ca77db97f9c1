import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setScalars } from "../config/edit.ts";
import { configJsonSchema } from "../config/json-schema.ts";
import { checkConfig } from "../config/load.ts";
import { writeAllOrNone } from "../config/write-file.ts";
import { EcsctlError, usageError } from "../errors.ts";
import { fillInService, proposeService } from "./init-service.ts";

/** What the wizard asks. */
export interface InitAnswers {
  app: string;
  region: string;
  /** Port that the container listens on; undefined while nobody has said. Template service only, like all of these. */
  port?: number | undefined;
  launch?: "fargate" | "ec2" | undefined;
  /** A load balancer in front. */
  balancer?: boolean | undefined;
  /** Path that the load balancer asks for. */
  health?: string | undefined;
  /** CPU units and MiB of a task. */
  cpu?: number | undefined;
  memory?: number | undefined;
  /** EC2 instance type; not on Fargate. */
  instanceType?: string | undefined;
  /** Fewest and most instances; on Fargate, tasks. */
  min: number;
  max: number;
  /** Who hears of alarms; empty for nobody. Only where there are alarms. */
  email?: string | undefined;
}

export interface InitOptions {
  /** Absolute path; made if missing. */
  dir: string;
  template: string;
  answers: InitAnswers;
  /** Overwrite files that exist. */
  force: boolean;
}

export interface InitResult {
  dir: string;
  /** What was written, relative to `dir`. */
  files: string[];
  template: string;
}

/** The guided project's own values. */
export const defaultAnswers: InitAnswers = {
  app: "flash-sale",
  region: "us-east-1",
  instanceType: "t2.small",
  min: 1,
  max: 3,
};

/** What each template asks, with its own values. */
const defaults: Readonly<Record<string, InitAnswers>> = {
  "flash-sale": defaultAnswers,
  api: { app: "learner-svc", region: "us-east-1", min: 1, max: 5, email: "" },
};

/**
 * A template's own values: the questions that it has are their keys. The template service looks at the Dockerfile in
 * `dir`.
 */
export async function defaultsOf(template: string, dir: string): Promise<InitAnswers> {
  return template === "service" ? proposeService(dir) : presetOf(template);
}

const presetOf = (template: string): InitAnswers => defaults[template] ?? defaultAnswers;

const schemaFile = "ecsctl.schema.json";

/**
 * Usage error when a file of the template exists in `dir`: to be asked before any question is, because the answers
 * would be for nothing.
 */
export async function refuseExisting(template: string, dir: string): Promise<void> {
  refuseToOverwrite(dir, namesOf(template, await readTemplate(template)));
}

// A folder of somebody's own gets the one file that was asked for.
const namesOf = (template: string, files: ReadonlyMap<string, string>): string[] =>
  [...files.keys(), ...(template === "service" ? [] : [schemaFile])].sort();

/** Writes the files of a template, all or none. Usage error when one of them exists and `force` is off. */
export async function initProject({ dir, template, answers, force }: InitOptions): Promise<InitResult> {
  const files = await readTemplate(template);
  const names = namesOf(template, files);
  const config = fillIn(files.get("ecsctl.yaml") ?? "", template, answers);
  refuseFaults(config, dir);
  files.set("ecsctl.yaml", config);
  const { app } = presetOf(template);
  for (const [name, text] of files)
    if (name !== "ecsctl.yaml") files.set(name, template === "api" ? text.replaceAll(app, () => answers.app) : text);
  if (template !== "service") files.set(schemaFile, `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
  if (!force) refuseToOverwrite(dir, names);
  await mkdir(dir, { recursive: true });
  await writeAllOrNone(new Map([...files].map(([name, text]) => [join(dir, name), text])));
  return { dir, files: names, template };
}

async function readTemplate(template: string): Promise<Map<string, string>> {
  const folder = join(findTemplates(), template);
  const names = existsSync(folder) ? await readdir(folder) : [];
  if (names.length === 0)
    throw usageError({
      code: "TemplateNotReady",
      message: `The template ${template} comes with a later release.`,
      hint: "ecsctl init --template flash-sale",
    });
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const);
  return new Map(await Promise.all(texts));
}

/** Beside package.json, in a checkout and in an installation alike. */
function findTemplates(): string {
  let dir = import.meta.dirname;
  while (!existsSync(join(dir, "templates", "flash-sale"))) {
    if (dirname(dir) === dir) throw new Error("the folder templates is missing from this installation");
    dir = dirname(dir);
  }
  return join(dir, "templates");
}

/** Everything that is named after the application follows its name. */
function fillIn(text: string, template: string, answers: InitAnswers): string {
  if (template === "service") return fillInService(text, answers);
  const preset = presetOf(template);
  const named = answers.app === preset.app ? text : rename(text, preset.app, answers.app);
  return template === "api" ? fillInApi(named, answers) : fillInInstances(named, answers);
}

function rename(text: string, from: string, to: string): string {
  const whole = text.replaceAll(from, () => to);
  // The API's cluster is called after the first word only.
  return whole.replaceAll("learner-cluster", () => `${to}-cluster`);
}

function fillInInstances(text: string, { app, region, instanceType = "", min, max }: InitAnswers): string {
  const unsized = instanceType === defaultAnswers.instanceType ? text : text.replace("1 vCPU, 2 GiB; ", "");
  return setScalars(unsized, [
    ["app", app],
    ["region", region],
    ["cluster.capacity.instanceType", instanceType],
    ["cluster.capacity.min", min],
    ["cluster.capacity.max", max],
  ]);
}

function fillInApi(text: string, { app, region, min, max, email = "" }: InitAnswers): string {
  const watched = text.replace("threshold: 5 # scaling.max", `threshold: ${max} # scaling.max`);
  const told = email === "" ? watched : watched.replace("emails: [] #", () => `emails: [${JSON.stringify(email)}] #`);
  return setScalars(told, [
    ["app", app],
    ["region", region],
    ["scaling.min", min],
    ["scaling.max", max],
  ]);
}

/** The answers are checked as what they become. They were typed, not read: so the position in the file is left out. */
function refuseFaults(text: string, dir: string): void {
  try {
    checkConfig(text, join(dir, "ecsctl.yaml"), { cwd: dir, env: {} });
  } catch (error) {
    if (!(error instanceof EcsctlError)) throw error;
    const { code, message, hint } = error;
    throw usageError({ code, message: message.replaceAll(/^ecsctl\.yaml:\d+:\d+: /gm, ""), hint, cause: error });
  }
}

function refuseToOverwrite(dir: string, names: readonly string[]): void {
  const existing = names.filter((name) => existsSync(join(dir, name)));
  if (existing.length === 0) return;
  throw usageError({
    code: "FileExists",
    message: `${dir} already has ${existing.join(", ")}. Nothing was written.`,
    hint: "Choose another folder with --dir, or overwrite with --force.",
  });
}
