import type { LoadReport } from "../loadtest/report.ts";
import { spanText } from "../loadtest/verdict.ts";
import { countText, msText } from "./loadtest-view.ts";

type Percentiles = Pick<LoadReport["latency"], "p50" | "p90" | "p95" | "p99" | "p999" | "max" | "mean">;

const names: Record<keyof Percentiles, string> = {
  p50: "p50",
  p90: "p90",
  p95: "p95",
  p99: "p99",
  p999: "p99.9",
  max: "max",
  mean: "mean",
};

/** `1.23 s` from a second on, else `447 ms`. */
export const latencyText = (ms: number): string => (ms >= 1000 ? `${msText(ms / 1000)} s` : `${msText(ms)} ms`);

/** `p50 9.88  p90 19 … ms`. */
export function percentileText(latency: Percentiles): string {
  const keys = Object.keys(names) as (keyof Percentiles)[];
  return `${keys.map((key) => `${names[key]} ${msText(latency[key])}`).join("  ")} ms`;
}

/** `0 %`, `0.02 %`, `1.5 %`. */
export function percentOf(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (part / whole) * 100;
  if (percent === 0) return "0 %";
  return percent < 0.01 ? "under 0.01 %" : `${percent.toFixed(percent < 1 ? 2 : 1)} %`;
}

/** What the generator tells beside the plain latencies, each with its label; only what there is to tell. */
export function generatorRows(report: LoadReport): [label: string, text: string][] {
  const { latency, corrected, openLoop, timing, statuses = {}, warmup, generator } = report;
  const rows: [string, string | undefined | false | null][] = [
    ["corrected", corrected && `${percentileText(corrected)}, with the requests that stalled clients did not send`],
    ["deviation", latency.stddev !== undefined && `${msText(latency.stddev)} ms (standard deviation)`],
    ["connect", timing && timing.connect.count > 0 && partText(timing.connect)],
    ["first byte", timing && timing.firstByte.count > 0 && partText(timing.firstByte)],
    ["statuses", statusText(statuses)],
    ["schedule", openLoop && scheduleText(openLoop)],
    ["warm-up", warmup && `${countText(warmup.requests)} requests in ${spanText(warmup.seconds)}, in no other figure`],
    ["generator", generator && generatorText(generator)],
  ];
  return rows.flatMap(([label, text]) => (text ? [[label, text] as [string, string]] : []));
}

const partText = ({ count, p50, p99, max }: { count: number; p50: number; p99: number; max: number }): string =>
  `p50 ${msText(p50)}  p99 ${msText(p99)}  max ${msText(max)} ms, of ${countText(count)}`;

const statusText = (statuses: Record<string, number>): string =>
  Object.entries(statuses)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${countText(count)} × ${name}`)
    .join(", ");

const scheduleText = ({ late, waited = 0, dropped, ...rest }: NonNullable<LoadReport["openLoop"]>): string =>
  `${countText(late)} left late${waited > 0 ? ` (${countText(waited)} waited for one of ${countText(rest.maxInFlight)} under way)` : ""}, ${countText(dropped)} were dropped; sent after their moment: p50 ${msText(rest.sendingLate.p50)}  p99 ${msText(rest.sendingLate.p99)}  max ${msText(rest.sendingLate.max)} ms`;

const generatorText = ({ threads, busy, eventLoopDelay }: NonNullable<LoadReport["generator"]>): string =>
  `${threads} ${threads === 1 ? "thread" : "threads"}, busy ${Math.round(busy * 100)} % of the time, event loop late by ${msText(eventLoopDelay.p99)} ms (p99)`;

/** A row a phase: its name, its requests, errors and percentiles. */
export function phaseRows({ phases }: LoadReport): string[][] {
  return phases.map(({ name, requests, errors, p50, p99 }) => [
    name,
    `${countText(requests)} requests`,
    `${percentOf(errors, requests)} errors`,
    `p50 ${latencyText(p50)}`,
    `p99 ${latencyText(p99)}`,
  ]);
}

/** Who got load: the beginning of a task's id, the whole name of anything else. */
export function targetName({ task, url }: Pick<LoadReport["tasks"][number], "task" | "url">): string {
  if (task === url) return "named by the user";
  return task.startsWith("load-balancer/") ? task.replace("load-balancer/", "load balancer ") : task.slice(0, 12);
}
