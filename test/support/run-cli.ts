import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  cwd?: string;
  /** On top of PATH and HOME; nothing of the tester's own AWS configuration gets in. */
  env?: Record<string, string>;
  /** `dev.js` runs src, `run.js` what is built. */
  bin?: "dev.js" | "run.js";
}

/** Starts the CLI without a terminal. */
export function startCli(args: readonly string[], options: CliOptions = {}): ChildProcessWithoutNullStreams {
  const { cwd = root, env = {}, bin = "dev.js" } = options;
  const child = spawn(process.execPath, [`${root}/bin/${bin}`, ...args], { cwd, env: { ...cleanEnv(), ...env } });
  child.stdin.end();
  return child;
}

/** Runs the CLI to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<Outcome> {
  return collect(startCli(args, options));
}

/** Everything that a started CLI says, and how it ends. */
export async function collect(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

function cleanEnv(): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  return {
    PATH,
    HOME,
    AWS_CONFIG_FILE: "/nonexistent",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
