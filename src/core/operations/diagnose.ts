import type { Config } from "../config/schema.ts";
import type { Project, Provenance } from "../config/project.ts";
import type { Context } from "../context.ts";
import { type Check, check, failed, ok, type Outcome, skipped } from "../doctor/check.ts";
import {
  checkClock,
  checkInstanceType,
  checkLinkedRoles,
  checkNetwork,
  type Identity,
  readIdentity,
} from "../doctor/check-account.ts";
import { checkEngine, checkStateDir, judgeNode, judgeSdk } from "../doctor/check-computer.ts";
import { checkPermissions } from "../doctor/check-permissions.ts";
import { describeProject } from "../doctor/check-project.ts";
import { checkQuota } from "../doctor/check-quota.ts";
import { checkRegistry } from "../doctor/check-registry.ts";
import { EcsctlError, ExitCode } from "../errors.ts";
import { buildPolicy } from "../iam/build-policy.ts";
import type { CommandName } from "../iam/command-names.ts";
import { partitionOf } from "../iam/names.ts";
import { policyNames } from "./policy-names.ts";
import { findCommands } from "./print-policy.ts";

export interface DiagnoseOptions {
  /** The configuration, which may be missing or wrong. */
  project: () => Promise<Project>;
  /** AWS, which may have no region or a bad address. */
  context: () => Promise<Context>;
  /** Commands whose permissions are looked at. */
  commands: readonly string[];
  env: Context["env"];
  stateDir: string;
  signal: AbortSignal;
}

/** The document of `doctor --json`. */
export interface Diagnosis {
  checks: Check[];
  /** How many failed. */
  failed: number;
  /** Where each value of the configuration came from; empty without one. */
  sources: Provenance;
}

/** Names of checks that are not AWS's to fail. */
export const localChecks: readonly string[] = ["node", "sdk", "state directory", "configuration", "engine"];

/** Looks at everything that commands need. Changes nothing; what fails does not keep the rest from being looked at. */
export async function diagnose(options: DiagnoseOptions): Promise<Diagnosis> {
  const commands = findCommands(options.commands);
  const { signal, stateDir } = options;
  const now = new Date();
  let project: Project | undefined;
  const computer = [
    check("node", signal, () => judgeNode(process.version, now)),
    check("sdk", signal, () => judgeSdk(process.version, now)),
    check("state directory", signal, () => checkStateDir(stateDir)),
  ];
  const configuration = await check("configuration", signal, async () => {
    project = await options.project().catch(skipWithoutFile);
    return project ? describeProject(project) : skipped("there is no ecsctl.yaml here", "ecsctl init");
  });
  const engine = check("engine", signal, () => checkEngine(options, project));
  const ofAws = await examineAws(options, project, (context, identity, { config }) =>
    simulateFor(context, identity, config, { commands, typed: options.commands }),
  );
  const checks = [...(await Promise.all(computer)), configuration, await engine, ...ofAws];
  const sources = project?.sources ?? {};
  return { checks, failed: checks.filter(({ status }) => status === "failed").length, sources };
}

/** No configuration is no fault: doctor may well come before init. */
function skipWithoutFile(error: unknown): undefined {
  if (!(error instanceof EcsctlError) || error.code !== "ConfigNotFound") throw error;
  return undefined;
}

/** What is wrong with the file is said once, by the check of the file. */
function waitForConfiguration(error: unknown): undefined {
  if (!(error instanceof EcsctlError) || error.exitCode !== ExitCode.config) throw error;
  return undefined;
}

type Look = (context: Context, identity: Identity, project: Project) => Promise<Outcome> | Outcome;

async function examineAws(
  { signal, context: open }: DiagnoseOptions,
  project: Project | undefined,
  simulate: Look,
): Promise<Check[]> {
  let context: Context | undefined;
  const region = await check("region", signal, async () => {
    const opened = await open().catch(waitForConfiguration);
    if (!opened) return skipped("ecsctl.yaml must be right before it can say: see configuration");
    context = opened;
    return ok(`${context.aws.region}${originOf(project)}`);
  });
  let identity: Identity | undefined;
  const credentials = await check("credentials", signal, async () => {
    if (!context) return skipped("there is no region to ask in");
    identity = await readIdentity(context.aws, signal);
    return ok(`${identity.arn}, account ${identity.account}`);
  });
  const clock = check("clock", signal, () =>
    context ? checkClock(context) : skipped("there is nobody to compare with"),
  );
  const rest = Object.entries({ permissions: about(simulate), ...looks }).map(([name, { look, needs }]) =>
    check(name, signal, () => {
      if (!context || !identity) return skipped("AWS did not say who we are: see credentials");
      if (!project && needs) return skipped("it depends on ecsctl.yaml: see configuration");
      return look(context, identity, project as Project);
    }),
  );
  return [region, credentials, ...(await Promise.all([clock, ...rest]))];
}

const originOf = (project: Project | undefined): string => {
  const source = project?.sources["region"];
  return source && source !== "default" ? ` (${source})` : "";
};

const about = (look: Look) => ({ look, needs: true });

/** What is asked once AWS knows us; most of it depends on what ecsctl.yaml wants. */
const looks: Record<string, { look: Look; needs: boolean }> = {
  // Without a project only a load balancer's wants are not known.
  network: { look: ({ aws }, _identity, project) => checkNetwork(aws, project?.config), needs: false },
  "instance type": about(({ aws }, _identity, { config: { cluster, network } }) =>
    cluster.capacity
      ? checkInstanceType(aws, cluster.capacity.instanceType, network)
      : skipped("the service runs on no EC2 instances of its own"),
  ),
  "vcpu quota": about(({ aws }, _identity, { config }) => checkQuota(aws, config)),
  "service-linked roles": { look: ({ aws }) => checkLinkedRoles(aws), needs: false },
  registry: about((context, _identity, { config }) => checkRegistry(context, config)),
};

function simulateFor(
  { aws }: Context,
  identity: Identity,
  config: Config,
  { commands, typed }: { commands: readonly CommandName[]; typed: readonly string[] },
): Promise<Outcome> | Outcome {
  if (commands.length === 0) return failed("no command was named");
  const place = { partition: partitionOf(aws.region), region: aws.region, account: identity.account };
  return checkPermissions(aws, identity, buildPolicy(commands, policyNames(config, aws.region), place), typed);
}
