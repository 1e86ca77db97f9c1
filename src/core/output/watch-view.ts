import type { Snapshot } from "../observe/snapshot.ts";
import { gauge, sparkline } from "./charts.ts";
import { openLiveRegion, type Size } from "./live-region.ts";
import type { Format, Listener, Screen } from "./screen.ts";
import { clockTime, countsText, hang, percentText, shortAlarm, taskRows } from "./status-view.ts";
import { openWatchLines } from "./watch-lines.ts";

type Style = (format: Format, text: string) => string;

const label = (text: string): string => `  ${text.padEnd(8)}`;

/** The lines of the live table: counts, CPU and memory against the target, alarms, tasks, what happened last and why. */
export function drawService(history: readonly Snapshot[], columns: number, style: Style): string[] {
  const now = history.at(-1);
  if (!now) return ["  reading the service …"];
  const { service } = now;
  const room = Math.max(0, Math.min(60, columns - 44));
  return [
    `${style("bold", service.name)} on ${service.cluster}  ${style("dim", `${service.taskDefinition}  ${clockTime(now.at)} UTC`)}`,
    ...drawCounts(history, room, style),
    ...drawMetrics(now, room, style),
    ...now.scaling.policies.flatMap((policy) => hang(label("why"), `${policy.why} (${policy.name})`, columns)),
    ...now.scaling.notes.flatMap((note) => hang(label("note"), note.text, columns)),
    ...now.alarms.map((alarm) => `${label("alarm")}${styleState(alarm.state, style)}  ${shortAlarm(alarm.name)}`),
    ...taskRows(now).map((row) => style("dim", row)),
    ...drawNews(now, style),
  ];
}

function drawCounts(history: readonly Snapshot[], room: number, style: Style): string[] {
  const now = history.at(-1);
  if (!now) return [];
  const { running, desired } = now.service;
  const top = Math.max(now.scaling.max ?? 0, desired, running, 1);
  const bar = gauge(running / top, Math.min(top, 10));
  const range = now.scaling.max === null ? "" : ` (${now.scaling.min} to ${now.scaling.max})`;
  const counts = `${bar} ${countsText(now.service)}${range}`;
  const line = sparkline(
    history.map((one) => one.service.running),
    Math.max(0, room - 8),
    top,
  );
  return [`${label("tasks")}${style(running === desired ? "green" : "yellow", counts)}  ${style("cyan", line)}`];
}

function drawMetrics(now: Snapshot, room: number, style: Style): string[] {
  const targets = new Map(now.scaling.policies.map((policy) => [policy.metric, policy.target]));
  return (["cpu", "memory"] as const).map((metric) => {
    const values = now.metrics[metric].map((point) => point.value);
    const newest = values.at(-1) ?? null;
    const target = targets.get(metric) ?? null;
    const over = newest !== null && target !== null && newest > target;
    const text =
      `${percentText(newest).padStart(6)}${target === null ? "" : ` of target ${percentText(target)}`}`.padEnd(26);
    const line = sparkline(values, room, Math.max(100, ...values));
    return `${label(metric)}${style(over ? "red" : "reset", text)}${style(over ? "red" : "cyan", line)}`;
  });
}

function drawNews(now: Snapshot, style: Style): string[] {
  const activities = now.activities
    .slice(0, 3)
    .map((activity) => ({ at: activity.at, text: shortAlarm(`${activity.description} ${activity.cause}`) }));
  const event = now.lastEvent ? [{ at: now.lastEvent.at, text: now.lastEvent.message }] : [];
  return [...event, ...activities]
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .map(({ at, text }) => `${label(clockTime(at))}  ${style("dim", text)}`);
}

function styleState(state: string, style: Style): string {
  const format = state === "ALARM" ? "red" : state === "OK" ? "green" : "yellow";
  return style(format, state.padEnd(5));
}

/** The live table on a terminal; a line a change anywhere else. */
export function openWatch(screen: Screen, size?: () => Size): Listener {
  if (screen.json || !screen.interactive) return openWatchLines(screen);
  const region = openLiveRegion(screen, size);
  const history: Snapshot[] = [];
  region.draw(drawService(history, screen.columns, screen.style));
  return {
    onEvent(event) {
      if (event.type === "note") region.log(event.message);
      if (event.type === "warning") region.log(screen.style("yellow", `warning: ${event.message}`));
      if (event.type !== "data" || event.kind !== "snapshot") return;
      history.push(event.data as Snapshot);
      if (history.length > 200) history.shift();
      const columns = size?.().columns ?? (process.stderr.columns || screen.columns);
      region.draw(drawService(history, columns, screen.style));
    },
    close: () => region.close(),
  };
}
