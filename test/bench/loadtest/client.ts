/** The load generator as `ecsctl loadtest` runs it, with a sample a second, and nothing of AWS. Prints one JSON line. */
import { parseArgs } from "node:util";
import { describeGenerator } from "../../../src/core/loadtest/describe-generator.ts";
import { openGenerator } from "../../../src/core/loadtest/generator.ts";
import { Recorder } from "../../../src/core/loadtest/recorder.ts";

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "" },
    connections: { type: "string", default: "100" },
    seconds: { type: "string", default: "4" },
    threads: { type: "string", default: "1" },
    rate: { type: "string" },
    /** Seconds between two looks at the memory. */
    every: { type: "string", default: "1" },
  },
});
const connections = Number(values.connections);
const shape = { method: "GET", headers: ["user-agent", "ecsctl-loadtest"] };
const recorder = new Recorder();
const generator = openGenerator(
  {
    requests: { shape, paths: [], keepAlive: true, insecure: false },
    timeoutMs: 3000,
    loop:
      values.rate === undefined
        ? { kind: "closed", connections }
        : { kind: "open", stages: [{ seconds: Infinity, rate: Number(values.rate) }], maxInFlight: connections },
  },
  Number(values.threads),
  recorder,
);
const from = performance.now();
generator.setTargets([{ task: "server", url: values.url }]);
// The schedule is judged when connections are open and the code is compiled.
const warmupSeconds = values.rate === undefined ? 0 : 2;
let warm = process.cpuUsage();
if (warmupSeconds > 0)
  setTimeout(() => {
    generator.reset();
    warm = process.cpuUsage();
  }, warmupSeconds * 1000);
const memory: number[] = [];
/** What is really in use: MB that a forced collection leaves, with --expose-gc. */
const heap: number[] = [];
const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;
const everySecond = setInterval(() => {
  recorder.takeWindow();
  recorder.latency();
}, 1000);
const sampler = setInterval(
  () => {
    memory.push(Math.round(process.memoryUsage.rss() / 1e6));
    if (globalThis.gc) {
      globalThis.gc();
      const { heapUsed, external } = process.memoryUsage();
      heap.push(megabytes(heapUsed + external));
    }
  },
  Number(values.every) * 1000,
);
setTimeout(
  async () => {
    await generator.stop();
    clearInterval(everySecond);
    clearInterval(sampler);
    const used = process.cpuUsage(warm);
    const seconds = (performance.now() - from) / 1000 - warmupSeconds;
    const { user, system } = process.cpuUsage();
    const figures = describeGenerator({
      recorder,
      maxInFlight: values.rate === undefined ? null : connections,
      threads: generator.self(),
      cpuPercent: (user + system) / 10_000 / seconds,
      warmup: null,
    });
    const { requests, errors } = recorder;
    const warmCpuUs = (used.user + used.system) / requests;
    const latency = recorder.latency();
    console.log(JSON.stringify({ requests, errors, seconds, warmCpuUs, memory, heap, latency, ...figures }));
    process.exit(0);
  },
  (warmupSeconds + Number(values.seconds)) * 1000,
);
