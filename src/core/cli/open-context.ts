import type { OnFailedAttempt } from "../aws/attempts.ts";
import { Aws } from "../aws/aws.ts";
import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { type EcsctlError, usageError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { resolveRegion } from "./region.ts";
import { stateDirectory } from "./state-dir.ts";

type Env = Readonly<Record<string, string | undefined>>;

export interface ContextOptions {
  flags: { profile: string | undefined; region: string | undefined; sandbox: boolean; config?: string | undefined };
  env: Env;
  emit: Emit;
  signal: AbortSignal;
  /** Loads the configuration, for the region in it. */
  project: () => Promise<Project>;
}

/** Builds the one context of a command. Reaches the network only to start the sandbox. */
export async function openContext(options: ContextOptions): Promise<Context> {
  const { flags, env, emit, signal } = options;
  const stateDir = stateDirectory(env);
  const region = await resolveRegion(options);
  const rest = { emit, signal, stateDir, env };
  requireUrls(env);
  const onFailedAttempt = hearHindrances(emit);
  if (!flags.sandbox) return { aws: new Aws({ region, profile: flags.profile, onFailedAttempt }), ...rest };
  const foreign = findForeignEndpoint(env);
  if (foreign) throw foreignEndpoint(foreign);
  const { ensureSandbox } = await import("./sandbox-launcher.ts");
  const { endpoint } = await ensureSandbox({ stateDir, env, emit, signal });
  const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
  return { aws: new Aws({ region, endpoint, credentials, onFailedAttempt }), ...rest };
}

/** Most commands never need the module. */
function hearHindrances(emit: Emit): OnFailedAttempt {
  let opened: Promise<OnFailedAttempt> | undefined;
  return (error, operation) => {
    opened ??= import("../aws/hindrances.ts").then(({ watchHindrances }) => watchHindrances(emit));
    void opened.then((tell) => tell(error, operation));
  };
}

/** The variables that point the SDK somewhere. */
const readEndpoints = (env: Env): [name: string, url: string][] =>
  Object.entries(env).flatMap(([name, url]) => (url && /^AWS_ENDPOINT_URL(_|$)/.test(name) ? [[name, url]] : []));

/** The variable that points the SDK at another computer, if there is one. */
const findForeignEndpoint = (env: Env): [name: string, url: string] | undefined =>
  readEndpoints(env).find(([, url]) => !isLoopback(url));

function requireUrls(env: Env): void {
  const broken = readEndpoints(env).find(([, url]) => !/^https?:\/\//i.test(url) || !URL.canParse(url));
  if (!broken) return;
  const [name] = broken;
  throw usageError({
    code: "InvalidEndpoint",
    message: `${name} is no URL.`,
    why: "It names the address that takes the place of AWS's own.",
    hint: `${name}=https://HOST, or: unset ${name}`,
  });
}

/** True for a URL on this computer: 127.0.0.0/8, ::1 or localhost. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const host = new URL(url).hostname;
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The URL itself may hold a password, so it is not repeated. */
function foreignEndpoint([name, url]: [string, string]): EcsctlError {
  const where = URL.canParse(url) ? new URL(url).host : "no URL";
  return usageError({
    code: "ForeignEndpoint",
    message: `--sandbox is on, but ${name} points away from this computer (${where}).`,
    why: "The sandbox is this computer; calls meant for it must not reach another one.",
    hint: `Run without --sandbox, or: unset ${name}`,
  });
}
