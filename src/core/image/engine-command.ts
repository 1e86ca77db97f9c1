import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface CommandOptions {
  signal: AbortSignal;
  /** Each line of output, as it comes. */
  onLine?: (line: string) => void;
  env?: Readonly<Record<string, string | undefined>>;
}

/** Lines kept for a message when a command fails. */
const keptLines = 40;

/** Runs a program. The exit code and the end of its output; code 127 when there is no such program. */
export async function runCommand(
  program: string,
  args: readonly string[],
  { signal, onLine, env }: CommandOptions,
): Promise<{ code: number; output: string[] }> {
  const output: string[] = [];
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    signal,
    ...(env ? { env: env as NodeJS.ProcessEnv } : {}),
  });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      output.push(line);
      if (output.length > keptLines) output.shift();
      onLine?.(line);
    });
  return await new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "ENOENT" ? resolve({ code: 127, output: [] }) : reject(error),
    );
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
