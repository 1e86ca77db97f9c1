import { rmSync } from "node:fs";
import { join } from "node:path";
import { EcsctlError, ExitCode, usageError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { askSandbox, type RunningSandbox, waitUntilGone } from "./sandbox-socket.ts";
import type { StartSettings } from "./spawn-sandbox.ts";

/** The keys that the sandbox takes: it takes any, and these are nobody's. */
const sandboxCredentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" } as const;
/** How long tasks may take to end before the sandbox is killed. */
const stopTimeoutMs = 20_000;
/** Losing a race against a sandbox that dies at once is rare; losing it again and again is a fault. */
const attempts = 3;

export interface LaunchSettings extends StartSettings {
  emit: Emit;
}

/** The sandbox of the state directory, started with these settings when none is running. */
export async function ensureSandbox(settings: LaunchSettings): Promise<RunningSandbox> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const running = await askSandbox(settings.stateDir, settings.signal);
    if (running) return running;
    const { spawnSandbox } = await import("./spawn-sandbox.ts");
    const started = await spawnSandbox(settings);
    if (started) {
      settings.emit({ type: "note", message: `started the sandbox: ${describe(started.running)}` });
      return started.running;
    }
  }
  throw new EcsctlError({
    code: "SandboxUnstable",
    message: "Sandboxes of this state directory start and end again.",
    hint: `See the log in ${join(settings.stateDir, "sandbox")}, and try once more.`,
    exitCode: ExitCode.internal,
  });
}

/** Starts the sandbox; one that is already running with other settings than asked for is a usage error. */
export async function startSandbox(settings: LaunchSettings): Promise<RunningSandbox & { started: boolean }> {
  const before = await askSandbox(settings.stateDir, settings.signal);
  const running = before ?? (await ensureSandbox(settings));
  if (before) refuseOtherSettings(before, settings);
  return { ...running, started: before === undefined };
}

/** Runs the sandbox as a child of this process until the signal aborts or somebody stops it. */
export async function runSandbox(settings: LaunchSettings): Promise<RunningSandbox> {
  const running = await askSandbox(settings.stateDir, settings.signal);
  const { spawnSandbox } = await import("./spawn-sandbox.ts");
  const started = running ? undefined : await spawnSandbox(settings, true);
  if (!started) throw alreadyRunning(running);
  settings.emit({ type: "note", message: `the sandbox is running: ${describe(started.running)}; Ctrl-C ends it` });
  const { child } = started;
  const stop = () => void child.kill("SIGTERM");
  settings.signal.addEventListener("abort", stop, { once: true });
  if (settings.signal.aborted) stop();
  await new Promise<void>((resolve) => (child.exitCode === null ? child.once("exit", () => resolve()) : resolve()));
  return started.running;
}

/** Undefined when none is running. A record that a killed sandbox left behind is removed. */
export async function findSandbox(stateDir: string, signal?: AbortSignal): Promise<RunningSandbox | undefined> {
  const running = await askSandbox(stateDir, signal);
  if (!running) rmSync(join(stateDir, "sandbox.json"), { force: true });
  return running;
}

/** Ends the sandbox and its tasks; returns what was running. Its state stays for the next start. */
export async function stopSandbox(stateDir: string, signal: AbortSignal): Promise<RunningSandbox | undefined> {
  const running = await findSandbox(stateDir, signal);
  if (!running) return undefined;
  const gone = waitUntilGone(stateDir, AbortSignal.any([signal, AbortSignal.timeout(stopTimeoutMs)]));
  gone.catch(() => {});
  await control(running, "stop", signal).catch(() => {});
  try {
    await gone;
  } catch (error) {
    if (signal.aborted) throw error;
    // It answered at its own socket, so the process is ours.
    process.kill(running.pid, "SIGKILL");
    await waitUntilGone(stateDir, signal);
  }
  rmSync(join(stateDir, "sandbox.json"), { force: true });
  return running;
}

/** Empties the world of a running sandbox, or the saved state of one that is not. */
export async function resetSandbox(stateDir: string, signal: AbortSignal): Promise<RunningSandbox | undefined> {
  const running = await findSandbox(stateDir, signal);
  if (running) await control(running, "reset", signal);
  else
    for (const part of ["state.jsonl", "registry"])
      rmSync(join(stateDir, "sandbox", part), { recursive: true, force: true });
  return running;
}

/** The variables with which every AWS client talks to the sandbox, and with fake credentials to nobody else. */
export function sandboxEnvironment(endpoint: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: sandboxCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: sandboxCredentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
}

/** Variables of the caller's that would lead a client past the sandbox, or to somebody's real credentials. */
export function foreignVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const others = ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"];
  return Object.keys(env).filter((name) => others.includes(name) || /^AWS_ENDPOINT_URL_\w+$/.test(name));
}

/** One line about a running sandbox, for people. */
export function describe({ endpoint, speed, runtime }: RunningSandbox): string {
  const time = speed === 1 ? "time as on AWS" : `time runs ${speed} times as fast`;
  const tasks = { docker: "tasks are containers", process: "tasks are processes", none: "tasks are not run" }[runtime];
  return `${endpoint}, ${time}, ${tasks}`;
}

async function control({ endpoint }: RunningSandbox, name: "stop" | "reset", signal: AbortSignal): Promise<void> {
  const answer = await fetch(`${endpoint}/_sandbox/${name}`, { method: "POST", signal });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to ${name}: ${await answer.text()}`);
}

function refuseOtherSettings(running: RunningSandbox, { port, speed, runtime }: StartSettings): void {
  const same =
    (port === undefined || port === running.port) &&
    (speed === undefined || speed === running.speed) &&
    (runtime === undefined || runtime === "auto" || runtime === running.runtime);
  if (!same) throw alreadyRunning(running);
}

const alreadyRunning = (running: RunningSandbox | undefined): EcsctlError =>
  usageError({
    code: "SandboxRunning",
    message: `A sandbox is already running${running ? `: ${describe(running)}` : ""}.`,
    why: "A state directory has one sandbox, and its port, speed and runtime are set when it starts.",
    hint: "ecsctl sandbox stop   (its state is kept), then start it again",
  });
