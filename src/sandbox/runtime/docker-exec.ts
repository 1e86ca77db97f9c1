import { finished } from "node:stream/promises";
import type { ContainerEngine } from "./container-engine.ts";
import { readContainerLogs } from "./container-logs.ts";
import type { CommandOutcome } from "./runtime.ts";

/** Of what a command writes, so much is kept. */
const keptLines = 20;

/** Runs a command in a container of an engine. Rejects when it does not end within that many real seconds. */
export async function runInContainer(
  engine: ContainerEngine,
  container: string,
  argv: readonly string[],
  timeoutSeconds: number,
): Promise<CommandOutcome> {
  const { Id } = await engine.call<{ Id: string }>({
    method: "POST",
    path: `/containers/${container}/exec`,
    body: { Cmd: argv, AttachStdout: true, AttachStderr: true },
  });
  const stream = await engine.open({ method: "POST", path: `/exec/${Id}/start`, body: { Detach: false, Tty: false } });
  const lines: string[] = [];
  readContainerLogs(stream, (line) => lines.length < keptLines && lines.push(line));
  const timer = setTimeout(() => stream.destroy(new Error("timed out")), timeoutSeconds * 1000);
  try {
    await finished(stream);
  } finally {
    clearTimeout(timer);
  }
  const { ExitCode } = await engine.call<{ ExitCode: number | null }>({ method: "GET", path: `/exec/${Id}/json` });
  return { exitCode: ExitCode ?? 127, output: lines.join("\n") };
}
