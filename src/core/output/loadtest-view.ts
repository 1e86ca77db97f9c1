import type { LoadProgress } from "../operations/load-run.ts";
import type { LoadSample } from "../loadtest/report.ts";
import { sparkline } from "./charts.ts";
import { openLiveRegion, type Size } from "./live-region.ts";
import { openLines } from "./progress.ts";
import type { Listener, Screen } from "./screen.ts";
import { countsText, percentText, shortAlarm } from "./status-view.ts";
import { hang } from "./wrap-text.ts";

const label = (text: string): string => `  ${text.padEnd(10)}`;
export const countText = (value: number): string => Math.round(value).toLocaleString("en-US");

/** Three significant digits: `0.042`, `9.31`, `447`. */
export const msText = (ms: number): string => `${Number(ms.toPrecision(3))}`;

/** Server seconds as `4:07`. */
export const stopwatch = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** The lines of the live view: requests a second, percentiles, errors, tasks, each with its course. */
export function drawLoad(history: readonly LoadSample[], now: LoadProgress, screen: Screen, columns: number): string[] {
  const { style } = screen;
  const { sample, latency, snapshot } = now;
  const room = Math.max(0, Math.min(60, columns - 48));
  const course = (pick: (one: LoadSample) => number, max?: number) =>
    style("cyan", sparkline(history.map(pick), room, max));
  // Without room for its course, a figure has the line to itself.
  const row = (name: string, text: string, line: string) => label(name) + (room > 0 ? text.padEnd(34) + line : text);
  const errors = `${countText(now.errors)} of ${countText(now.requests)}`;
  const lines = [
    `${style("bold", "load")}  ${stopwatch(sample.seconds)} ${style("dim", "in the time of the service")}`,
    row(
      "requests",
      `${countText(sample.rps)} a second`,
      course((one) => one.rps),
    ),
    row(
      "latency",
      `p50 ${msText(latency.p50)} ms  p99 ${msText(latency.p99)} ms`,
      course((one) => one.p99),
    ),
    row(
      "errors",
      errors,
      course((one) => one.errors),
    ),
  ];
  if (!snapshot) return lines;
  const target = snapshot.scaling.policies.find((policy) => policy.metric === "cpu")?.target ?? null;
  const cpu = `${percentText(sample.cpu)}${target === null ? "" : ` of target ${percentText(target)}`}`;
  const top = Math.max(snapshot.scaling.max ?? 1, 1);
  return [
    ...lines,
    row(
      "cpu",
      cpu,
      course((one) => one.cpu ?? 0),
    ),
    row(
      "tasks",
      countsText(snapshot.service),
      course((one) => one.running ?? 0, top),
    ),
    ...snapshot.scaling.policies.flatMap((policy) => hang(label("why"), policy.why, columns)),
    ...snapshot.scaling.notes.flatMap((note) => hang(label("note"), note.text, columns)),
    ...snapshot.alarms
      .filter((alarm) => alarm.state === "ALARM")
      .map((alarm) => `${label("alarm")}${style("red", shortAlarm(alarm.name))}`),
  ];
}

/** `4:07  1,234/s  p99 12 ms  errors 0  cpu 83 %  2 running of 3 desired`. */
export function describeLoad({ sample, snapshot, targets }: LoadProgress): string {
  const counts = snapshot ? countsText(snapshot.service) : `${targets} targets`;
  const cpu = sample.cpu === null ? [] : [`cpu ${percentText(sample.cpu)}`];
  return [
    stopwatch(sample.seconds).padStart(5),
    `${countText(sample.rps)} requests/s`,
    `p99 ${msText(sample.p99)} ms`,
    `${countText(sample.errors)} errors`,
    ...cpu,
    counts,
  ].join("  ");
}

/** Local ms between two lines where there is no terminal; a change of the counts gets its line at once. */
const lineEveryMs = 5000;

function openLoadLines(screen: Screen): Listener {
  let toldAt = Number.NEGATIVE_INFINITY;
  let toldCounts = "";
  return {
    onEvent(event) {
      if (event.type !== "data" || event.kind !== "load") return;
      const now = event.data as LoadProgress;
      const counts = now.snapshot ? countsText(now.snapshot.service) : "";
      if (counts === toldCounts && performance.now() - toldAt < lineEveryMs) return;
      toldAt = performance.now();
      toldCounts = counts;
      screen.err(describeLoad(now));
    },
    close() {},
  };
}

/** The view of a running load: redrawn in place on a terminal, a line every few seconds anywhere else. */
export function openLoadView(screen: Screen, size?: () => Size): Listener {
  const lines = openLines(screen);
  if (screen.json || !screen.interactive) {
    const load = openLoadLines(screen);
    return {
      onEvent(event) {
        lines.onEvent(event);
        load.onEvent(event);
      },
      close: () => lines.close(),
    };
  }
  return openLiveLoad(screen, lines, size);
}

function openLiveLoad(screen: Screen, lines: Listener, size?: () => Size): Listener {
  const region = openLiveRegion(screen, size);
  const history: LoadSample[] = [];
  let drawn = false;
  return {
    onEvent(event) {
      if (event.type === "data" && event.kind === "load") {
        const now = event.data as LoadProgress;
        history.push(now.sample);
        if (history.length > 200) history.shift();
        region.draw(({ columns }) => drawLoad(history, now, screen, columns));
        drawn = true;
      } else if (drawn && event.type === "note") region.log(event.message);
      else if (drawn && event.type === "warning") region.log(screen.style("yellow", `warning: ${event.message}`));
      else if (!drawn) lines.onEvent(event);
    },
    close() {
      lines.close();
      region.close();
    },
  };
}
