import type { Snapshot } from "../observe/snapshot.ts";
import { gauge, sparkline } from "./charts.ts";
import { openFullScreen, type Size } from "./live-region.ts";
import type { Format, Listener, Screen } from "./screen.ts";
import {
  alarmName,
  balancerText,
  clockTime,
  countsText,
  percentText,
  rolloutText,
  shortAlarm,
  shortened,
  taskRows,
} from "./status-view.ts";
import { openWatchLines } from "./watch-lines.ts";
import { hang } from "./wrap-text.ts";

type Style = (format: Format, text: string) => string;

const label = (text: string): string => `  ${text.padEnd(8)}`;

/**
 * The lines of the live table: counts, CPU and memory against the target, why, alarms, tasks and what happened last. So
 * many tasks as leave room for the rest in `rows` lines.
 */
export function drawService(
  history: readonly Snapshot[],
  columns: number,
  style: Style,
  rows: number = Number.POSITIVE_INFINITY,
): string[] {
  const now = history.at(-1);
  if (!now) return ["reading the service …"];
  const room = Math.max(0, Math.min(60, columns - 44));
  const head = [
    drawHeading(now, style),
    ...drawRollout(now, style),
    ...drawCounts(history, room, style),
    ...drawMetrics(now, room, style),
    ...now.scaling.policies.flatMap((policy) => hang(label("why"), `${policy.why} (${policy.name})`, columns)),
    ...now.scaling.notes.flatMap((note) => hang(label("note"), note.text, columns)),
    ...drawBalancer(now, style),
    ...drawAlarms(now, style),
  ];
  const news = drawNews(now, style);
  const tasks = taskRows(now);
  const left = Math.max(3, rows - 1 - head.length - news.length);
  const shown = tasks.length <= left ? tasks : shortened(tasks, left - 1);
  return [...head, ...shown.map((row) => style("dim", row)), ...news];
}

/** The time first: it tells that the picture lives, and a narrow terminal cuts the end. */
function drawHeading({ at, service }: Snapshot, style: Style): string {
  const about = [service.status === "ACTIVE" ? "" : service.status, service.taskDefinition].filter(Boolean).join("  ");
  return `${style("dim", `${clockTime(at)} UTC`)}  ${style("bold", service.name)} on ${service.cluster}  ${style("dim", about)}`;
}

function drawRollout({ service }: Snapshot, style: Style): string[] {
  const text = rolloutText(service).replace("rollout ", "");
  return text === "" ? [] : [`${label("rollout")}${style(/fail/.test(text) ? "red" : "yellow", text)}`];
}

function drawBalancer({ balancer }: Snapshot, style: Style): string[] {
  if (!balancer) return [];
  const format = balancer.healthy < balancer.targets ? "yellow" : "reset";
  return [`${label("address")}${style(format, balancerText(balancer))}`];
}

function drawAlarms({ alarms }: Snapshot, style: Style): string[] {
  const width = Math.max(0, ...alarms.map(({ state }) => state.length));
  return alarms.map((alarm) => `${label("alarm")}${styleState(alarm.state, width, style)}  ${alarmName(alarm)}`);
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
    const newest = metric === "cpu" ? now.service.cpuPercent : now.service.memoryPercent;
    const target = targets.get(metric) ?? null;
    const over = newest !== null && target !== null && newest > target;
    const text =
      `${percentText(newest).padStart(6)}${target === null ? "" : ` of target ${percentText(target)}`}`.padEnd(26);
    const line = sparkline(values, room, Math.max(100, ...values));
    return `${label(metric)}${style(over ? "red" : "reset", text)}${style(over ? "red" : "cyan", line)}`;
  });
}

/** Without what stands above (whose event it is) or says nothing to a person (ids of deployments, all of an ARN). */
const shortEvent = (message: string): string =>
  message
    .replace(/^\(service \S+\) /, "")
    .replace(/\(deployment ecs-svc\/\d+\) /, "")
    .replace(/\(target-group \S+:targetgroup\/([^/]+)\/\w+\)/, "target group $1");

function drawNews(now: Snapshot, style: Style): string[] {
  const activities = now.activities
    .slice(0, 3)
    .map((activity) => ({ at: activity.at, text: shortAlarm(`${activity.description} ${activity.cause}`) }));
  const event = now.lastEvent ? [{ at: now.lastEvent.at, text: shortEvent(now.lastEvent.message) }] : [];
  return [...event, ...activities]
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .map(({ at, text }) => `${label(clockTime(at))}  ${style("dim", text)}`);
}

function styleState(state: string, width: number, style: Style): string {
  const format = state === "ALARM" ? "red" : state === "OK" ? "green" : "yellow";
  return style(format, state.padEnd(width));
}

/** The live table on a terminal; a line a change anywhere else. */
export function openWatch(screen: Screen, size?: () => Size): Listener {
  if (screen.json || !screen.interactive) return openWatchLines(screen);
  const region = openFullScreen(screen, size);
  const history: Snapshot[] = [];
  const draw = () => region.draw(({ columns, rows }) => drawService(history, columns, screen.style, rows));
  draw();
  return {
    onEvent(event) {
      if (event.type === "note") region.log(event.message);
      if (event.type === "warning") region.log(screen.style("yellow", `warning: ${event.message}`));
      if (event.type !== "data" || event.kind !== "snapshot") return;
      history.push(event.data as Snapshot);
      if (history.length > 200) history.shift();
      draw();
    },
    close: () => region.close(),
  };
}
