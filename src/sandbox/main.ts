/** The process behind `ecsctl sandbox start`. Its one argument says where and how; its first line of output, how it went. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { chooseRuntime, type RuntimeChoice } from "./choose-runtime.ts";
import { Sandbox, type SandboxStatus } from "./sandbox.ts";
import { keepSettings, recallSettings } from "./settings.ts";
import { becomeSingle, type Single } from "./single.ts";

interface MainOptions {
  /** The sandbox's own part of the state directory. */
  stateDir: string;
  /** Where its record is written for people and scripts. */
  recordFile: string;
  socketPath: string;
  port?: number;
  /** Absent: as the last time. */
  speed?: number;
  /** Absent: as the last time. */
  runtime?: RuntimeChoice;
  /** Ends with whoever started it: its standard input closes then. */
  foreground: boolean;
}

/** What the launcher reads: one line, then never another. */
type FirstLine = { ready: SandboxStatus } | { busy: true } | { failed: { code: string; message: string } };

const tell = (line: FirstLine, then?: () => void): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`, then);
};
const log = (message: string): void => void process.stderr.write(`${new Date().toISOString()} ${message}\n`);
const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

async function run(options: MainOptions): Promise<void> {
  mkdirSync(options.stateDir, { recursive: true, mode: 0o700 });
  mkdirSync(dirname(options.recordFile), { recursive: true, mode: 0o700 });
  const single = await becomeSingle(options.socketPath);
  if (!single) return tell({ busy: true }, () => process.exit());
  const sandbox = await open(options);
  const stop = (): Promise<void> => close(sandbox, single, options);
  stopRequested = stop;
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
  process.on("SIGHUP", () => (options.foreground ? void stop() : undefined));
  if (options.foreground) process.stdin.on("end", () => void stop()).resume();
  const status = sandbox.status();
  writeRecord(options.recordFile, status);
  single.announce(status);
  log(`listening at ${status.endpoint}, tasks run as ${status.runtime}, speed ${status.speed}`);
  tell({ ready: status });
}

/** Set once there is something to stop. */
let stopRequested: (() => Promise<void>) | undefined;

async function open(options: MainOptions): Promise<Sandbox> {
  const { stateDir, port } = options;
  const { speed, runtime } = recallSettings(stateDir, options);
  const makeRuntime = await chooseRuntime(runtime, { dir: join(stateDir, "runtime"), log });
  const sandbox = await Sandbox.start({
    stateDir,
    port,
    speed,
    makeRuntime,
    log,
    onStop: () => void stopRequested?.(),
  });
  keepSettings(stateDir, { speed, runtime });
  return sandbox;
}

let closing: Promise<void> | undefined;

/** Once, whoever asks: saves, ends the tasks, and only then gives up the right to be the only one. */
function close(sandbox: Sandbox, single: Single, { recordFile }: MainOptions): Promise<void> {
  closing ??= (async () => {
    log("stopping");
    await sandbox.close().catch((error: unknown) => log(stackOf(error)));
    rmSync(recordFile, { force: true });
    single.release();
    process.exit();
  })();
  return closing;
}

function writeRecord(file: string, { pid, port, endpoint, speed, runtime, since }: SandboxStatus): void {
  const temporary = `${file}.${process.pid}.new`;
  const text = JSON.stringify({ pid, port, endpoint, speed, runtime, since }, undefined, 2);
  writeFileSync(temporary, `${text}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}

function fail(error: unknown): void {
  const { code = "Internal", message } = error as NodeJS.ErrnoException;
  log(stackOf(error));
  tell({ failed: { code, message } }, () => process.exit(1));
}

// Once it runs, a fault in one task or request must not end everybody's world.
const survive = (error: unknown): void => (stopRequested ? log(`unhandled: ${stackOf(error)}`) : fail(error));
process.on("unhandledRejection", survive);
process.on("uncaughtException", survive);
process.stdout.on("error", () => {}); // the launcher has read its line and gone

run(JSON.parse(process.argv[2] ?? "") as MainOptions).catch(fail);
