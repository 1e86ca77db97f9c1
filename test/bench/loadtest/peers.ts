/** Runs one load generator once against a URL, and says what it cost. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";

export interface Run {
  requests: number;
  rps: number;
  /** User and system time of the whole process, µs a request. */
  cpuUs: number;
  /** What the client printed of itself; ecsctl's only. */
  own?: ClientFigures;
}

/** The part of client.ts's line that is read here. */
export interface ClientFigures {
  requests: number;
  errors: number;
  seconds: number;
  /** User and system time since the warm-up, µs a request. */
  warmCpuUs: number;
  /** MB each so many seconds: resident, and with --expose-gc what is in use after a collection. */
  memory: number[];
  heap: number[];
  latency: { p99: number };
  openLoop: { late: number; dropped: number; sendingLate: { p50: number; p99: number; max: number } } | null;
  generator: { busy: number; eventLoopDelay: { p99: number } };
}

export interface Task {
  url: string;
  connections: number;
  seconds: number;
  threads?: number;
  rate?: number;
  /** Seconds between two looks at the memory; then garbage is collected before each. */
  every?: number;
}

export type Peer = (task: Task) => Run;

/** Runs a command and gives what it printed and the CPU seconds that it took, all of it. */
function measure(command: readonly string[]): { out: string; cpu: number } {
  const script = "TIMEFORMAT='%U %S'; time \"$@\"";
  const { stdout, stderr, status } = spawnSync("bash", ["-c", script, "bash", ...command], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
    timeout: 3_600_000,
  });
  const [, user, system] = /([\d.]+) ([\d.]+)\s*$/.exec(stderr) ?? [];
  if (status !== 0 || user === undefined) throw new Error(`${command.join(" ")}: ${stderr}`);
  return { out: stdout, cpu: Number(user) + Number(system) };
}

const toRun = (requests: number, seconds: number, cpu: number): Run => ({
  requests,
  rps: requests / seconds,
  cpuUs: (cpu * 1e6) / requests,
});

/** The client as a release has it: bundled, because Node's stripping of types is time and memory that no user pays. */
function bundleClient(): string {
  const outdir = mkdtempSync(join(tmpdir(), "ecsctl-bench-"));
  const src = join(import.meta.dirname, "../../../src");
  buildSync({
    entryPoints: [
      { in: join(import.meta.dirname, "client.ts"), out: "client" },
      { in: join(src, "core/loadtest/thread.ts"), out: "core/loadtest/thread" },
    ],
    outdir,
    bundle: true,
    platform: "node",
    format: "esm",

    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  writeFileSync(join(outdir, "package.json"), '{ "type": "module" }');
  return join(outdir, "client.js");
}

const client = bundleClient();

export const ecsctl: Peer = ({ url, connections, seconds, threads = 1, rate, every }) => {
  const optional = Object.entries({ rate, every }).filter(([, value]) => value !== undefined);
  const options = { url, connections, seconds, threads, ...Object.fromEntries(optional) };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const collect = every === undefined ? [] : ["--expose-gc"];
  const { out, cpu } = measure([process.execPath, ...collect, client, ...flags]);
  const own = JSON.parse(out) as ClientFigures;
  return { ...toRun(own.requests, own.seconds, cpu), own };
};

export const autocannon: Peer = ({ url, connections, seconds }) => {
  const file = createRequire(import.meta.url).resolve("autocannon/package.json");
  const script = join(dirname(file), "autocannon.js");
  const { out, cpu } = measure([process.execPath, script, "--json", "-c", `${connections}`, "-d", `${seconds}`, url]);
  const { requests, duration } = JSON.parse(out) as { requests: { total: number }; duration: number };
  return toRun(requests.total, duration, cpu);
};

export const wrk: Peer = ({ url, connections, seconds, threads = 1 }) => {
  const { out, cpu } = measure(["wrk", `-t${threads}`, `-c${connections}`, `-d${seconds}s`, url]);
  const [, requests, took] = /(\d+) requests in ([\d.]+)s/.exec(out) ?? [];
  return toRun(Number(requests), Number(took), cpu);
};

/** Whether wrk is installed (Debian: `apt-get install wrk`). */
export const hasWrk = (): boolean => spawnSync("wrk", ["--version"]).error === undefined;
