/** The whole guided project on this computer: a fast sandbox, `ecsctl workshop`, and what must be true afterwards. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { setTimeout } from "node:timers/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { useBusyboxImage } from "./demo-busybox.ts";
import { descendants } from "./descendants.ts";
import { listAccount } from "./list-account.ts";

const { values: options } = parseArgs({
  options: {
    runtime: { type: "string", default: "process" },
    /** Default: 25, or 15 with containers, which take longer to start. */
    speed: { type: "string" },
    /** Keep the folders, to look at them afterwards. */
    keep: { type: "boolean", default: false },
  },
});

const speed = options.speed ?? (options.runtime === "docker" ? "15" : "25");

interface Report {
  activities: { number: number; name: string; done: boolean; verified: boolean; seconds: number }[];
  peakTasks: number;
  requests: number;
  errors: number;
  report: string;
}

const cli = join(import.meta.dirname, "../bin/run.js");
const work = await mkdtemp(join(tmpdir(), "ecsctl-demo-"));
const project = join(work, "flash-sale");
const env: NodeJS.ProcessEnv = {
  ...process.env,
  ECSCTL_STATE_DIR: join(work, "state"),
  // Nothing of this computer's AWS configuration takes part.
  AWS_CONFIG_FILE: join(work, "none"),
  AWS_SHARED_CREDENTIALS_FILE: join(work, "none"),
};
for (const name of Object.keys(env)) if (name === "AWS_ENDPOINT_URL" || name === "AWS_PROFILE") delete env[name];

function ecsctl(...args: string[]): Promise<number> {
  const child = spawn(process.execPath, [cli, ...args], { cwd: work, env, stdio: "inherit" });
  return new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
}
const json = <T>(...args: string[]): T =>
  JSON.parse(spawnSync(process.execPath, [cli, ...args, "--json"], { cwd: work, env, encoding: "utf8" }).stdout) as T;

function fail(message: string): never {
  throw new Error(`demo: ${message}`);
}

/** Whether the engine has the template's base image or gets it. */
const canPull = (image: string): boolean => spawnSync("docker", ["pull", "--quiet", image]).status === 0;

/** True once none of the processes is there any more; false when one stays for ten seconds. */
async function areGone(pids: readonly number[]): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    if (!pids.some((pid) => existsSync(`/proc/${pid}`))) return true;
    await setTimeout(50);
  }
  return false;
}

const started = performance.now();
try {
  if ((await ecsctl("sandbox", "start", "--speed", speed, "--runtime", options.runtime)) !== 0)
    fail("the sandbox did not start");
  if ((await ecsctl("init", "--template", "flash-sale", "--dir", project, "--yes")) !== 0) fail("init failed");
  const base = "public.ecr.aws/docker/library/httpd:2.4";
  if (options.runtime === "docker" && !canPull(base)) await useBusyboxImage(project);
  const sandbox = json<{ pid: number; endpoint: string }>("sandbox", "status");
  const build = options.runtime === "docker" ? ["--engine", "docker"] : ["--engine", "builtin", "--omit-base"];
  const code = await ecsctl("workshop", "--yes", "--sandbox", "--dir", project, ...build);
  if (code !== 0) fail(`the workshop ended with exit code ${code}`);
  const report = JSON.parse(
    await readFile(join(env["ECSCTL_STATE_DIR"] ?? "", "reports/workshop-flash-sale.json"), "utf8"),
  ) as Report;
  const pids = [sandbox.pid, ...descendants(sandbox.pid)];
  const taskProcesses = pids.length - 1;
  const left = await listAccount(sandbox.endpoint);
  await ecsctl("sandbox", "stop");
  check(report, left, taskProcesses, await areGone(pids));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
  await ecsctl("sandbox", "stop");
} finally {
  if (!options.keep) await rm(work, { recursive: true, force: true });
}

function check(report: Report, left: readonly string[], leftTasks: number, gone: boolean): void {
  const errorRate = report.errors / Math.max(1, report.requests);
  const facts: [holds: boolean, what: string][] = [
    [report.activities.every((one) => one.done && one.verified), "every activity was done and verified"],
    [report.peakTasks === 3, `tasks went 1 → ${report.peakTasks} → 1`],
    [report.requests >= 10_000, `${report.requests.toLocaleString("en")} requests were answered by the tasks`],
    [errorRate < 0.01, `${(errorRate * 100).toFixed(3)} % of them failed`],
    [left.length === 0, `the account is empty again${left.length > 0 ? `, but for ${left.join(", ")}` : ""}`],
    [leftTasks === 0 || options.runtime === "docker", "destroy left no task process"],
    [gone, "the sandbox and its processes are gone"],
  ];
  console.error("");
  for (const [holds, what] of facts) console.error(`  ${holds ? "✓" : "✗"} ${what}`);
  console.error(`  ${((performance.now() - started) / 1000).toFixed(0)} s in all`);
  if (facts.some(([holds]) => !holds)) fail("not everything that the journey promises was seen");
}
