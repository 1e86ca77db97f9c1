import type { AlarmView, BalancerView, Snapshot } from "../observe/snapshot.ts";
import { formatTable } from "./columns.ts";
import { hang, stdoutColumns, wrapText } from "./wrap-text.ts";

/** `2026-01-31T14:03:22.000Z` → `14:03:22`. */
export const clockTime = (iso: string): string => iso.slice(11, 19);

export const percentText = (value: number | null): string =>
  value === null ? "–" : `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} %`;

/** Target tracking names its alarms with the service and a UUID, which say nothing here: `AlarmHigh`. */
export const shortAlarm = (text: string): string =>
  text.replaceAll(/TargetTracking-\S+?-(Alarm(?:High|Low))-[0-9a-f-]{36}/g, "$1");

/** An alarm by its own name, or by which of its policy's two it is. */
export function alarmName({ name, policy }: AlarmView): string {
  const short = shortAlarm(name);
  return short === name || policy === "" ? short : `${short} of ${policy}`;
}

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

/** The first rows, and how many more there are. */
export const shortened = (rows: string[], most: number): string[] =>
  rows.length <= most ? rows : [...rows.slice(0, most), `  … and ${rows.length - most} more (--json has all)`];

/** Empty unless a rollout is under way or has failed; the old tasks may be gone while the new ones do not run yet. */
export const rolloutText = ({ deployments, rollout }: Snapshot["service"]): string =>
  deployments > 1 || rollout !== "COMPLETED" ? `rollout ${rollout.toLowerCase().replace("_", " ")}` : "";

/** Nothing where tasks run without instances: on Fargate. */
function instancesBlock(snapshot: Snapshot): string[] {
  if (snapshot.instances.length > 0) return ["", "Instances", ...shortened(instanceRows(snapshot), mostRows)];
  return snapshot.tasks.some(({ lastStatus }) => lastStatus === "RUNNING") ? [] : ["", "No instances."];
}

export const balancerText = ({ url, healthy, targets }: BalancerView): string =>
  `${url}, ${healthy} of ${targets} targets healthy`;

/** The service at a glance: what it is called, and what is to be said. */
function aboutRows({ service, scaling, balancer }: Snapshot): [label: string, text: string][] {
  return [
    ["  tasks", countsText(service)],
    ["  cpu", `${percentText(service.cpuPercent)} of what the tasks reserve`],
    ["  memory", percentText(service.memoryPercent)],
    ...(balancer ? [["  balancer", balancerText(balancer)] satisfies [string, string]] : []),
    ["  scaling", rangeText(scaling)],
    ...scaling.policies.map((policy): [string, string] => [`    ${policy.name}`, policy.why]),
    ...scaling.notes.map((note): [string, string] => ["    note", note.text]),
  ];
}

/** Labels in a column, what is said beside them, broken to the terminal. */
function formatAbout(rows: readonly [label: string, text: string][], columns: number): string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.flatMap(([label, text]) => hang(`${label.padEnd(width)}  `, text, columns));
}

/** The text of `ecsctl status`. */
export function formatStatus(snapshot: Snapshot, columns: number = stdoutColumns()): string {
  const { service, alarms } = snapshot;
  return [
    `${service.name} on ${service.cluster}: ${[service.status, service.taskDefinition, rolloutText(service)].filter(Boolean).join(", ")}`,
    ...formatAbout(aboutRows(snapshot), columns),
    "",
    snapshot.tasks.length === 0 ? "No tasks." : "Tasks",
    ...shortened(taskRows(snapshot), mostRows),
    ...instancesBlock(snapshot),
    ...(alarms.length === 0 ? [] : ["", "Alarms"]),
    ...formatTable(alarms.map((alarm) => [`  ${alarm.state}`, alarmName(alarm)])),
    ...(snapshot.lastEvent
      ? ["", ...wrapText(`Last event, ${clockTime(snapshot.lastEvent.at)} UTC: ${snapshot.lastEvent.message}`, columns)]
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
