import { readFile } from "node:fs/promises";
import { isSeq } from "yaml";
import type { AlarmConfig, EventRuleConfig } from "./alarm-schema.ts";
import { parseMap } from "./edit.ts";
import { addKey, addListItem, removeKey, removeListItem, type ListPlace } from "./list-edits.ts";
import type { Project } from "./project.ts";
import { writeWhole } from "./write-file.ts";

const alarms: ListPlace = { path: ["alarms"], key: "name" };
const eventRules: ListPlace = { path: ["eventRules"], key: "name" };
const subscribers = (endpoint: string): ListPlace => ({
  path: ["notify", endpoint.includes("://") ? "urls" : "emails"],
});

/** A list that the chosen environment replaces is written there: the file's own does not count for it. */
function inEnvironment(text: string, { environment }: Project, place: ListPlace): ListPlace {
  if (environment === undefined) return place;
  const path: ListPlace["path"] = ["environments", environment, ...place.path];
  return isSeq(parseMap(text)?.getIn(path)) ? { ...place, path } : place;
}

async function change(project: Project, edit: (text: string) => string): Promise<void> {
  const before = await readFile(project.file, "utf8");
  const after = edit(before);
  if (after !== before) await writeWhole(project.file, after);
}

/** Writes an alarm into `ecsctl.yaml`, in place of the one of that name. Comments stay. */
export const writeAlarm = (project: Project, alarm: Partial<AlarmConfig>): Promise<void> =>
  change(project, (text) => addListItem(text, inEnvironment(text, project, alarms), alarm));

/** Takes an alarm out of `ecsctl.yaml`. */
export const dropAlarm = (project: Project, name: string): Promise<void> =>
  change(project, (text) => removeListItem(text, inEnvironment(text, project, alarms), name));

/** Writes an event rule into `ecsctl.yaml`, in place of the one of that name. Comments stay. */
export const writeEventRule = (project: Project, rule: Partial<EventRuleConfig>): Promise<void> =>
  change(project, (text) => addListItem(text, inEnvironment(text, project, eventRules), rule));

/** Takes an event rule out of `ecsctl.yaml`. */
export const dropEventRule = (project: Project, name: string): Promise<void> =>
  change(project, (text) => removeListItem(text, inEnvironment(text, project, eventRules), name));

/** Writes an address, and the topic when there is none yet, into `ecsctl.yaml`. */
export const writeSubscriber = (project: Project, topic: string, endpoint: string): Promise<void> =>
  change(project, (text) =>
    addListItem(addKey(text, "notify", { topic }), inEnvironment(text, project, subscribers(endpoint)), endpoint),
  );

/** Takes an address out of `ecsctl.yaml`; the topic stays. */
export const dropSubscriber = (project: Project, endpoint: string): Promise<void> =>
  change(project, (text) => removeListItem(text, inEnvironment(text, project, subscribers(endpoint)), endpoint));

/** Says in `ecsctl.yaml` that there is a dashboard. */
export const writeDashboard = (project: Project, name: string | undefined): Promise<void> =>
  change(project, (text) => addKey(text, "dashboard", name === undefined ? {} : { name }));

/** Takes the dashboard out of `ecsctl.yaml`. */
export const dropDashboard = (project: Project): Promise<void> =>
  change(project, (text) => removeKey(text, "dashboard"));
