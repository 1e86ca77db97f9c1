import { readFileSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { configError } from "../errors.ts";
import { applySchema } from "./apply-schema.ts";
import { findConfigFile } from "./find-config.ts";
import { crossCheck } from "./cross-check.ts";
import { mergeTrees, readDocument, readTree, type Document, type Env, type Tree } from "./document.ts";
import { describeProblems, type Problem } from "./problems.ts";
import type { Project } from "./project.ts";
import { traceSources, type Override } from "./provenance.ts";
import { nearest } from "./suggest.ts";

export interface LoadOptions {
  /** Where the search for `ecsctl.yaml` starts, upwards. */
  cwd: string;
  /** `--config`: no search then. Relative to `cwd`. */
  file?: string | undefined;
  /** `--env`: the key of `environments` to merge in. */
  environment?: string | undefined;
  /** For `${VAR}`. */
  env: Env;
  /** What flags and variables say about values of the file. */
  overrides?: readonly Override[];
}

/** Reads, expands, merges and checks one configuration. Throws one error that names every fault with file:line:column. */
export function loadConfig(options: LoadOptions): Project {
  const file = options.file === undefined ? findConfigFile(options.cwd) : resolve(options.cwd, options.file);
  return checkConfig(readText(file, showPath(file, options.cwd)), file, options);
}

/** The same for a text that is, or will be, the content of `file`. */
export function checkConfig(text: string, file: string, options: LoadOptions): Project {
  const shown = showPath(file, options.cwd);
  const { document, problems } = readDocument(text);
  refuse(shown, problems);
  const tree = mergeEnvironment(document, shown, options);
  refuse(shown, tree.problems);
  const { overrides = [], environment } = options;
  for (const { path, value } of overrides) (tree.value as Record<string, unknown>)[path] = value;
  const { config, problems: wrong } = applySchema(tree);
  if (!config) throw describeProblems(shown, wrong);
  refuse(shown, crossCheck(config, tree));
  return { config, file, dir: dirname(file), sources: traceSources(config, tree, shown, overrides), environment };
}

function refuse(shown: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw describeProblems(shown, problems);
}

/** A path as a person would type it from `cwd`; absolute when it is elsewhere. */
function showPath(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path === "" || path.startsWith("..") || isAbsolute(path) ? file : path;
}

function readText(file: string, shown: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const missing = code === "ENOENT";
    throw configError({
      code: missing ? "ConfigNotFound" : "ConfigUnreadable",
      message: missing ? `There is no ${shown}.` : `${shown} cannot be read (${code}).`,
      hint: missing ? "Make one: ecsctl init\nOr name one: --config FILE" : "Name a file: --config FILE",
      cause,
    });
  }
}

/** The document without `environments`, and the chosen one of them merged in. */
function mergeEnvironment(document: Document, shown: string, { environment, env }: LoadOptions): Tree {
  const base = readTree(document, { env, skip: "environments" });
  if (environment === undefined) return base;
  const names = document.environments();
  if (names.includes(environment)) return mergeTrees(base, readTree(document, { env, under: environment }));
  throw unknownEnvironment(environment, names, shown);
}

function unknownEnvironment(environment: string, names: string[], shown: string) {
  const guess = nearest(environment, names);
  return configError({
    code: "UnknownEnvironment",
    message: `${shown} has no environment ${JSON.stringify(environment)}.`,
    why: names.length === 0 ? "It has no `environments` at all." : `Its environments are ${names.join(", ")}.`,
    hint: guess ? `Did you mean --env ${guess}?` : "Add it under `environments`, or leave out --env.",
  });
}
