import type { Snapshot } from "../observe/snapshot.ts";
import { formatTable } from "./columns.ts";
import { wrapText } from "./wrap-text.ts";

/** `2026-01-31T14:03:22.000Z` → `14:03:22`. */
export const clockTime = (iso: string): string => iso.slice(11, 19);

export const percentText = (value: number | null): string =>
  value === null ? "–" : `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} %`;

/** A text behind its label, broken between words, the further lines below the first. */
export function hang(label: string, text: string, columns: number): string[] {
  const lines = wrapText(text, Math.max(20, columns - label.length));
  return lines.map((line, index) => (index === 0 ? label : " ".repeat(label.length)) + line);
}

/** Target tracking names its alarms with the service and a UUID, which say nothing here: `AlarmHigh`. */
export const shortAlarm = (text: string): string =>
  text.replaceAll(/TargetTracking-\S+?-(Alarm(?:High|Low))-[0-9a-f-]{36}/g, "$1");

/** `2 running of 3 desired, 1 pending`; tasks that wait for an instance are told apart from the pending ones that start. */
export function countsText({ desired, running, pending, waiting }: Snapshot["service"]): string {
  const starting = Math.max(0, pending - waiting);
  return [
    `${running} running of ${desired} desired`,
    ...(starting > 0 ? [`${starting} pending`] : []),
    ...(waiting > 0 ? [`${waiting} waiting for an instance`] : []),
  ].join(", ");
}

/** `1 to 3 tasks`; without a scalable target a note says that nothing scales. */
function rangeText({ min, max }: Snapshot["scaling"]): string {
  return min === null || max === null ? "by hand only" : `${min} to ${max} tasks`;
}

export function taskRows(snapshot: Snapshot): string[] {
  return formatTable(
    snapshot.tasks.map((task) => [
      `  ${task.id.slice(0, 12)}`,
      task.lastStatus,
      task.health === "UNKNOWN" ? "" : task.health,
      task.url ?? task.noUrlBecause ?? "",
      task.instance ?? "",
    ]),
  );
}

const instanceRows = (snapshot: Snapshot): string[] =>
  formatTable(
    snapshot.instances.map((one) => [
      `  ${one.id}`,
      one.status,
      one.publicIp ?? "no public address",
      `${one.remainingCpu} cpu units and ${one.remainingMemory} MiB free`,
    ]),
  );

/** So many rows of tasks or of instances are read by a person; --json has all. */
const mostRows = 50;

const shortened = (rows: string[]): string[] =>
  rows.length <= mostRows
    ? rows
    : [...rows.slice(0, mostRows), `  … and ${rows.length - mostRows} more (--json has all)`];

/** The text of `ecsctl status`. */
export function formatStatus(snapshot: Snapshot): string {
  const { service, scaling, alarms, balancer } = snapshot;
  const rollout = service.deployments > 1 ? `rollout ${service.rollout.toLowerCase().replace("_", " ")}` : "";
  return [
    `${service.name} on ${service.cluster}: ${[service.status, service.taskDefinition, rollout].filter(Boolean).join(", ")}`,
    ...formatTable([
      ["  tasks", countsText(service)],
      ["  cpu", `${percentText(service.cpuPercent)} of what the tasks reserve`],
      ["  memory", percentText(service.memoryPercent)],
      ...(balancer
        ? [["  balancer", `${balancer.url}, ${balancer.healthy} of ${balancer.targets} targets healthy`]]
        : []),
      ["  scaling", rangeText(scaling)],
      ...scaling.policies.map((policy) => [`    ${policy.name}`, policy.why]),
      ...scaling.notes.map((note) => ["    note", note.text]),
    ]),
    "",
    snapshot.tasks.length === 0 ? "No tasks." : "Tasks",
    ...shortened(taskRows(snapshot)),
    "",
    snapshot.instances.length === 0 ? "No instances." : "Instances",
    ...shortened(instanceRows(snapshot)),
    ...(alarms.length === 0 ? [] : ["", "Alarms"]),
    ...formatTable(alarms.map((alarm) => [`  ${alarm.state}`, alarm.name])),
    ...(snapshot.lastEvent
      ? ["", `Last event, ${clockTime(snapshot.lastEvent.at)}: ${snapshot.lastEvent.message}`]
      : []),
    "",
    nextCommand(snapshot),
  ].join("\n");
}

function nextCommand({ scaling, tasks, balancer }: Snapshot): string {
  if (scaling.policies.length === 0)
    return "Next: ecsctl scale policy add cpu-target-tracking --metric cpu --target 50";
  return balancer || tasks.some((task) => task.url)
    ? "Next: ecsctl loadtest --until scaled"
    : "Next: ecsctl events --explain";
}
