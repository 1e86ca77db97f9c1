import type { Snapshot } from "../observe/snapshot.ts";
import type { Listener, Screen } from "./screen.ts";
import { alarmName, clockTime, countsText, percentText, shortAlarm } from "./status-view.ts";

/** What changed between two looks, a line each; everything for the first. */
export function describeChanges(before: Snapshot | undefined, now: Snapshot): string[] {
  const lines = [...describeTasks(before, now), ...describeMetric(before, now)];
  for (const alarm of now.alarms) {
    const was = before?.alarms.find((one) => one.name === alarm.name)?.state;
    if (was !== alarm.state) lines.push(`alarm ${alarmName(alarm)}: ${was ? `${was} → ` : ""}${alarm.state}`);
  }
  const known = new Set(before?.activities.map((activity) => activity.at + activity.description));
  for (const activity of now.activities.toReversed())
    if (before && !known.has(activity.at + activity.description))
      lines.push(`scaling: ${shortAlarm(`${activity.description} ${activity.cause}`)}`.trim());
  for (const policy of now.scaling.policies) {
    const was = before?.scaling.policies.find((one) => one.name === policy.name)?.why;
    if (withoutFigures(was) !== withoutFigures(policy.why)) lines.push(`${policy.name}: ${policy.why}`);
  }
  const noted = new Set(before?.scaling.notes.map((note) => withoutFigures(note.text)));
  for (const note of now.scaling.notes) if (!noted.has(withoutFigures(note.text))) lines.push(`note: ${note.text}`);
  return lines;
}

/** Two sentences that differ in their figures only say the same. */
const withoutFigures = (why: string | undefined): string | undefined =>
  why?.replaceAll(/about [\d.]+ (s|min|h)|[\d.]+/g, "#");

function describeTasks(before: Snapshot | undefined, now: Snapshot): string[] {
  const lines: string[] = [];
  const counts = countsText(now.service);
  if (!before || counts !== countsText(before.service)) lines.push(`tasks: ${counts}`);
  for (const task of now.tasks) {
    const was = before?.tasks.find((one) => one.id === task.id)?.lastStatus;
    if (was !== task.lastStatus)
      lines.push(`task ${task.id.slice(0, 12)}: ${task.lastStatus}${task.url ? ` at ${task.url}` : ""}`);
  }
  for (const task of before?.tasks ?? [])
    if (!now.tasks.some((one) => one.id === task.id)) lines.push(`task ${task.id.slice(0, 12)}: stopping`);
  return lines;
}

function describeMetric(before: Snapshot | undefined, now: Snapshot): string[] {
  const text = metricText(now);
  return text === undefined || (before && text === metricText(before)) ? [] : [text];
}

function metricText({ service, scaling }: Snapshot): string | undefined {
  if (service.cpuPercent === null) return undefined;
  const target = scaling.policies.find((policy) => policy.metric === "cpu")?.target;
  return `cpu: ${percentText(service.cpuPercent)}${target == null ? "" : ` (target ${percentText(target)})`}`;
}

/** Without a terminal: a timestamped line a change on stdout. With `--json`: every snapshot, one object a line. */
export function openWatchLines(screen: Screen): Listener {
  let before: Snapshot | undefined;
  return {
    onEvent(event) {
      if (event.type === "warning") screen.err(`warning: ${event.message}`);
      if (event.type !== "data" || event.kind !== "snapshot") return;
      const now = event.data as Snapshot;
      if (screen.json) screen.out(JSON.stringify(now));
      else for (const line of describeChanges(before, now)) screen.out(`${clockTime(now.at)} ${line}`);
      before = now;
    },
    close() {},
  };
}
