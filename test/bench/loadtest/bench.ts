/**
 * Client CPU and requests a second of ecsctl's load generator beside autocannon's and wrk's, against one server on
 * loopback. All take turns, several rounds; medians of the ratios of each round are what counts, because a busy computer slows all
 * of a round alike. `npm run bench:loadtest -- --rounds 5 --seconds 5 --connections 10,100,1000`, or some of it with `--only
 * peers,threads`; `--only growth --minutes 5` looks at the memory for longer.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Recorder } from "../../../src/core/loadtest/recorder.ts";
import { autocannon, ecsctl, hasWrk, type Peer, type Run, wrk } from "./peers.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "4" },
    connections: { type: "string", default: "10,100,1000" },
    only: { type: "string", default: "peers,recording,sending,threads,memory" },
    minutes: { type: "string", default: "3" },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const peers: Record<string, Peer> = { ecsctl, autocannon, ...(hasWrk() ? { wrk } : {}) };

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
const row = (...cells: (string | number)[]): void =>
  console.log(
    cells
      .map((cell, index) => (index === 0 ? `${cell}`.padEnd(34) : `${cell}`.padStart(12)))
      .join("")
      .trimEnd(),
  );

const server = spawn(process.execPath, [join(import.meta.dirname, "server.ts")], {
  stdio: ["pipe", "pipe", "inherit"],
});
const [port] = (await once(server.stdout, "data")) as [Buffer];
const url = `http://127.0.0.1:${Number(port)}/`;

console.log(`Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ${rounds} rounds`);
const parts: Record<string, () => void> = {
  peers: () => values.connections.split(",").map(Number).forEach(compare),
  recording: measureRecording,
  sending: measureSending,
  threads: measureThreads,
  memory: measureMemory,
  growth: measureGrowth,
};
for (const name of values.only.split(",")) parts[name]?.();
server.stdin.end();

function compare(connections: number): void {
  const runs: Record<string, Run[]> = Object.fromEntries(Object.keys(peers).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, peer] of Object.entries(peers)) runs[name]?.push(peer({ url, connections, seconds }));
  row(`\n${connections} connections`, "CPU µs", "requests/s", "CPU ratio", "rps ratio");
  for (const [name, all] of Object.entries(runs)) {
    const ours = runs["ecsctl"] ?? [];
    const ratio = (pick: (run: Run) => number) =>
      median(all.map((run, round) => pick(ours[round] ?? run) / pick(run))).toFixed(2);
    const cpu = median(all.map((run) => run.cpuUs)).toFixed(1);
    const rps = Math.round(median(all.map((run) => run.rps)));
    row(name, cpu, rps, ...(name === "ecsctl" ? [] : [ratio((run) => run.cpuUs), ratio((run) => run.rps)]));
  }
}

/** What counting and measuring one request costs, with a sample each second. */
function measureRecording(): void {
  const recorder = new Recorder();
  const record = recorder.of({ task: "one", url });
  const perSecond = 30_000;
  const all: number[] = [];
  for (let second = 0; second < 20; second++) {
    const from = process.cpuUsage();
    for (let request = 0; request < perSecond; request++) {
      recorder.began(200, 1 + (request % 977) / 100);
      recorder.answered(record, 1 + (request % 977) / 99);
    }
    recorder.takeWindow();
    recorder.latency();
    const { user, system } = process.cpuUsage(from);
    all.push((user + system) / perSecond);
  }
  console.log(`\nRecording and one sample a second: ${median(all).toFixed(2)} µs a request`);
}

function measureSending(): void {
  const runs = Array.from({ length: rounds }, () => ecsctl({ url, connections: 1000, seconds, rate: 5000 }));
  const lags = runs.map(({ own }) => own?.openLoop?.sendingLate.p99 ?? NaN);
  const dropped = runs.reduce((sum, { own }) => sum + (own?.openLoop?.dropped ?? 0), 0);
  console.log(
    `\nOpen loop, 5,000 requests/s: sent late by (p99 of each round) ${lags.map((lag) => lag.toFixed(2)).join(", ")} ms; ${dropped} dropped`,
  );
}

/**
 * Whether threads get into each other's way: what a request costs in each of two that send as much as one alone does. If it
 * is no more, two with a core each send twice as much. Requests/s in a closed loop cannot tell on two cores, which client and
 * server share, and neither can its CPU a request: three busy threads on two cores wake up more often for less each. wrk's
 * two threads show what of that is not ours.
 */
function measureThreads(): void {
  const each = 8000;
  const busy = { url, connections: 100, seconds };
  const all = Array.from({ length: rounds }, () => {
    const [one, two] = [1, 2].map(
      (threads) => ecsctl({ ...busy, threads, rate: each * threads }).own?.warmCpuUs ?? NaN,
    );
    const closed = [ecsctl, ...(hasWrk() ? [wrk] : [])].map((peer) => {
      const [alone, both] = [1, 2].map((threads) => peer({ ...busy, threads }).cpuUs);
      return (both ?? NaN) / (alone ?? NaN);
    });
    return { open: (two ?? NaN) / (one ?? NaN), closed };
  });
  const open = median(all.map((round) => round.open));
  console.log(
    `\nTwo threads at ${each} requests/s each beside one at ${each}: ${open.toFixed(2)} × the CPU a request, so ${(2 / open).toFixed(2)} × the requests/s on two free cores`,
  );
  const closed = (index: number) => median(all.map((round) => round.closed[index] ?? NaN)).toFixed(2);
  console.log(`The same in a closed loop, all on these cores: ecsctl ${closed(0)} ×, wrk ${closed(1)} ×`);
}

function measureMemory(): void {
  for (const connections of [1000, 10_000]) {
    const { own } = ecsctl({ url, connections, seconds: seconds * 2 });
    console.log(
      `\nMemory at ${connections} connections, MB each second: ${own?.memory.join(" ")}; ${own?.errors} errors`,
    );
  }
}

/** Whether memory grows with the number of requests: what a collection leaves, over minutes. Not part of the whole. */
function measureGrowth(): void {
  const total = Number(values.minutes) * 60;
  const { own } = ecsctl({ url, connections: 1000, seconds: total, every: Math.min(60, Math.ceil(total / 10)) });
  console.log(
    `\n${own?.requests} requests over 1000 connections in ${total} s; MB resident: ${own?.memory.join(" ")}; MB in use after a collection: ${own?.heap.join(" ")}`,
  );
}
