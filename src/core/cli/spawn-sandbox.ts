import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, statSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { EcsctlError, ExitCode, usageError } from "../errors.ts";
import { type RunningSandbox, socketPathOf } from "./sandbox-socket.ts";

/** A log larger than this is begun anew. */
const largestLog = 1024 * 1024;
const startTimeoutMs = 30_000;
const shownLogLines = 8;

export interface StartSettings {
  stateDir: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** Absent: the port that this state directory's sandbox had before, else a free one. */
  port?: number | undefined;
  /** World seconds a real second. Absent: as the last time, at first 1: time as on AWS. */
  speed?: number | undefined;
  /** Absent: as the last time, at first auto: containers where an engine answers, else processes. */
  runtime?: "auto" | "docker" | "process" | undefined;
}

type FirstLine = { ready: RunningSandbox } | { busy: true } | { failed: { code: string; message: string } };

/** Starts the sandbox's process. Undefined when another one was faster. */
export async function spawnSandbox(
  settings: StartSettings,
  foreground = false,
): Promise<{ running: RunningSandbox; child: ChildProcess } | undefined> {
  const logFile = logFileOf(settings.stateDir);
  const child = spawnProcess(settings, logFile, foreground);
  const line = await readFirstLine(child, settings.signal);
  if (line && "ready" in line) {
    if (!foreground) release(child);
    return { running: line.ready, child };
  }
  if (line && "busy" in line) return undefined;
  child.kill("SIGKILL");
  throw explainFailure(settings, line?.failed, logFile);
}

const logFileOf = (stateDir: string): string => join(stateDir, "sandbox", "sandbox.log");

function spawnProcess(settings: StartSettings, logFile: string, foreground: boolean): ChildProcess {
  const { stateDir, env, port, speed, runtime } = settings;
  const options = {
    stateDir: dirname(logFile),
    recordFile: join(stateDir, "sandbox.json"),
    socketPath: socketPathOf(stateDir),
    port,
    speed,
    runtime,
    foreground,
  };
  mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
  if (existsSync(logFile) && statSync(logFile).size > largestLog) truncateSync(logFile);
  const log = openSync(logFile, "a", 0o600);
  try {
    return spawn(process.execPath, [findMain(), JSON.stringify(options)], {
      detached: !foreground,
      // The folder of a command may go away; the sandbox's own does not.
      cwd: dirname(logFile),
      env: { ...env },
      stdio: [foreground ? "pipe" : "ignore", "pipe", foreground ? "inherit" : log],
    });
  } finally {
    closeSync(log);
  }
}

/** The sandbox is an island that core does not import: it is found by its path, beside src or in the bundle. */
function findMain(): string {
  let root = import.meta.dirname;
  while (!existsSync(join(root, "package.json"))) root = dirname(root);
  const fromSource = import.meta.filename.endsWith(".ts");
  return join(root, fromSource ? "src/sandbox/main.ts" : "dist/sandbox/main.js");
}

/** The one line that the process says about its start; undefined when it ended or was too slow. */
async function readFirstLine(child: ChildProcess, signal: AbortSignal): Promise<FirstLine | undefined> {
  const { stdout } = child;
  if (!stdout) return undefined;
  const lines = createInterface({ input: stdout });
  const tooLate = AbortSignal.timeout(startTimeoutMs);
  try {
    const line = once(lines, "line", { signal: AbortSignal.any([signal, tooLate]) });
    const ended = once(child, "exit")
      .then(() => once(lines, "close"))
      .then(() => undefined);
    const first = (await Promise.race([line, ended])) as [string] | undefined;
    return first && (JSON.parse(first[0]) as FirstLine);
  } catch (error) {
    child.kill("SIGKILL");
    if (signal.aborted) throw error;
    return undefined;
  }
}

/** Lets this process end while the sandbox lives on. */
function release(child: ChildProcess): void {
  child.stdout?.destroy();
  child.unref();
}

function explainFailure(
  { port }: StartSettings,
  failed: { code: string; message: string } | undefined,
  logFile: string,
): EcsctlError {
  if (failed?.code === "EADDRINUSE" || failed?.code === "EACCES")
    return usageError({
      code: failed.code === "EACCES" ? "PortForbidden" : "PortTaken",
      message: `The sandbox cannot listen at port ${port}: ${failed.code === "EACCES" ? "not allowed" : "something else does"}.`,
      hint: "Give another port with --port, or leave --port out for a free one.",
    });
  if (failed?.code === "NoEngine")
    return usageError({
      code: "NoEngine",
      message: `The sandbox's tasks are to be containers (--runtime docker), but ${failed.message}`,
      hint: "Start the container engine, or use --runtime process, which needs none.",
    });
  return new EcsctlError({
    code: "SandboxDied",
    message: `The sandbox ended while it was starting${failed ? `: ${failed.message}` : "."}`,
    why: lastLines(logFile),
    hint: `Its log: ${logFile}`,
    exitCode: ExitCode.internal,
  });
}

function lastLines(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-shownLogLines).join("\n");
  } catch {
    return undefined;
  }
}
