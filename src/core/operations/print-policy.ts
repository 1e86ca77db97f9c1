import { writeFile } from "node:fs/promises";
import { parse, resolve } from "node:path";
import type { Project } from "../config/project.ts";
import { nearest } from "../config/suggest.ts";
import { configError, usageError } from "../errors.ts";
import type { Emit, Event } from "../events.ts";
import {
  buildPolicy,
  lengthOf,
  longestInline,
  longestPolicy,
  mostPolicies,
  type PolicyDocument,
  splitPolicy,
} from "../iam/build-policy.ts";
import { type CommandName, commandNames, withoutAws } from "../iam/command-names.ts";
import { partitionOf } from "../iam/names.ts";
import { policyNames } from "./policy-names.ts";

export interface PolicyOptions {
  /** Commands as typed, `scale` for everything below it, or `all`. */
  commands: readonly string[];
  /** Twelve digits; any account when absent. */
  account?: string | undefined;
  /** Where to write it; several files when it is too long for one managed policy. */
  out?: string | undefined;
}

/** The document of `iam policy --json`. */
export interface PolicyResult {
  for: string[];
  policy: PolicyDocument;
  /** Without white space, as IAM counts. */
  characters: number;
  /** The same as managed policies that IAM takes: more than one when it is longer than 6,144 characters. */
  parts: PolicyDocument[];
  /** What was written. */
  files: string[];
}

/** The least policy for some commands on this project. Reads nothing but `ecsctl.yaml`. */
export async function printPolicy(emit: Emit, project: Project, options: PolicyOptions): Promise<PolicyResult> {
  const commands = findCommands(options.commands);
  const { region = "*" } = project.config;
  const { account = "*" } = options;
  if (account !== "*" && !/^\d{12}$/.test(account))
    throw usageError({
      code: "InvalidAccount",
      message: `--account ${account}: expected the twelve digits of an account.`,
      hint: "aws sts get-caller-identity, or leave --account out: any account then.",
    });
  const place = { partition: partitionOf(region), region, account };
  const policy = buildPolicy(commands, policyNames(project.config, region), place);
  const parts = splitPolicy(policy);
  const characters = lengthOf(policy);
  const files = options.out === undefined ? [] : await writeParts(options.out, parts);
  if (parts.length > 1 && files.length === 0) emit(adviseOnLength(characters, parts.length));
  if (files.length > 1) emit({ type: "note", message: `each is a managed policy; attach all ${files.length} of them` });
  return { for: commands, policy, characters, parts, files };
}

/** What to do with a policy that is too long to be one managed policy. */
function adviseOnLength(characters: number, parts: number): Event {
  const ways = [
    "--out policy.json writes one file for each, and all of them are attached",
    characters <= longestInline
      ? `a role takes it whole as its only inline policy (at most ${longestInline})`
      : `inline it fits nowhere: a role's inline policies have ${longestInline} characters together`,
    ...(parts > mostPolicies ? [`a user or role has ${mostPolicies} managed policies unless a quota is raised`] : []),
  ];
  return {
    type: "warning",
    message: `it has ${characters} characters, and a managed policy takes ${longestPolicy}: as ${parts} policies it fits`,
    hint: ways.join("; "),
  };
}

/** The commands that were meant. Throws a usage error with a suggestion for what is none. */
export function findCommands(typed: readonly string[]): CommandName[] {
  const found = new Set<CommandName>();
  for (const text of typed) for (const command of findCommand(text)) found.add(command);
  return commandNames.filter((command) => found.has(command));
}

function findCommand(typed: string): readonly CommandName[] {
  const name = typed
    .trim()
    .replace(/^ecsctl\s+/, "")
    .split(/[\s:]+/)
    .join(" ");
  if (name === "all") return commandNames;
  const below = commandNames.filter((command) => command === name || command.startsWith(`${name} `));
  if (below.length > 0) return below;
  if (withoutAws.some((command) => command === name || command.startsWith(`${name} `))) throw noPermission(name);
  const guess = nearest(name, ["all", ...commandNames, ...withoutAws]);
  throw usageError({
    code: "UnknownCommand",
    message: `--for ${JSON.stringify(typed)}: there is no such command.`,
    why: `Commands that call AWS: ${commandNames.join(", ")}.`,
    hint: guess ? `Did you mean --for ${/\s/.test(guess) ? JSON.stringify(guess) : guess}?` : "--for all",
  });
}

const noPermission = (name: string) =>
  usageError({
    code: "NoPermissionNeeded",
    message: `--for ${JSON.stringify(name)}: it never calls AWS, so it needs no permission.`,
    hint: "--for deploy, --for destroy, or --for all",
  });

/** `policy.json`, or `policy-1.json` and so on when there are several. */
async function writeParts(out: string, parts: readonly PolicyDocument[]): Promise<string[]> {
  const { dir, name, ext } = parse(resolve(out));
  const file = (index: number): string => resolve(dir, parts.length > 1 ? `${name}-${index + 1}${ext}` : name + ext);
  const files: string[] = [];
  for (const [index, part] of parts.entries()) {
    await writeFile(file(index), `${JSON.stringify(part, undefined, 2)}\n`).catch((cause: NodeJS.ErrnoException) => {
      throw configError({
        code: "OutUnwritable",
        message: `--out ${out}: ${file(index)} cannot be written (${cause.code}).`,
        hint: "Name a file in a folder that exists.",
        cause,
      });
    });
    files.push(file(index));
  }
  return files;
}
