import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { configError } from "../errors.ts";
import type { Project } from "./project.ts";
import { configSchema } from "./schema.ts";

export interface LoadOptions {
  /** Where the search for `ecsctl.yaml` starts. */
  cwd: string;
  /** `--config`: no search then. */
  file?: string | undefined;
  /** `--env`: the key of `environments` to merge in. */
  environment?: string | undefined;
  /** For `${VAR}`. */
  env: Readonly<Record<string, string | undefined>>;
}

export async function loadConfig({ cwd, file: given }: LoadOptions): Promise<Project> {
  const file = resolve(cwd, given ?? "ecsctl.yaml");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw configError({ code: "ConfigNotFound", message: `There is no ${file}.`, hint: "ecsctl init", cause });
  }
  const { environments: _environments, ...document } = parse(text) as Record<string, unknown>;
  const result = configSchema.safeParse(document);
  if (!result.success) throw configError({ code: "InvalidConfig", message: result.error.message });
  return { config: result.data, file, dir: dirname(file), sources: {} };
}
