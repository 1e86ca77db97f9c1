import { execFile, spawnSync } from "node:child_process";
import { sandboxEnvironment } from "../../src/core/cli/sandbox-launcher.ts";

export interface ToolOutcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** The environment of a client of the sandbox: what `sandbox env` prints, and nothing of this computer's AWS settings. */
function environmentOf(endpoint: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  return {
    ...Object.fromEntries(inherited),
    AWS_CONFIG_FILE: "/nonexistent",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
    ...sandboxEnvironment(endpoint, "us-east-1"),
  };
}

/** Runs another AWS client against a sandbox. It does not block: the sandbox may be in this very process. */
export function runTool(endpoint: string, command: string, args: readonly string[]): Promise<ToolOutcome> {
  return new Promise((resolve) => {
    execFile(command, args, { env: environmentOf(endpoint) }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, stdout, stderr });
    });
  });
}

/** What a tool prints about its version; undefined when it is not installed. */
export function versionOf(command: string, args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? `${stdout}${stderr}`.trim() : undefined;
}

/** What a tool that may be missing says and returns; undefined when it is not installed. Ends after a minute and a half. */
export function runWhereInstalled(
  command: string,
  args: readonly string[],
): Promise<{ code: number; output: string } | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 90_000 }, (error, stdout, stderr) => {
      if (error && "code" in error && error.code === "ENOENT") return resolve(undefined);
      resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, output: `${stdout}${stderr}` });
    });
  });
}
