import type { WorkshopResult } from "../operations/run-workshop.ts";
import type { ActivityText } from "../operations/workshop-activities.ts";
import type { Event } from "../events.ts";
import type { TimelineEntry } from "../observe/timeline.ts";
import { formatEntry } from "./events-view.ts";
import { openLoadView } from "./loadtest-view.ts";
import { nextCommands } from "./next.ts";
import { openProgress } from "./progress.ts";
import { openWatch } from "./watch-view.ts";
import { wrapText } from "./wrap-text.ts";
import type { Listener, Screen } from "./screen.ts";

/** What the workshop tells as data `activity`. */
export interface ActivityEvent {
  text: ActivityText;
  of: number;
  status: "begun" | "already" | "verified" | "failed";
  /** What shows it, once it was verified. */
  shows?: string | undefined;
}

/** Tells each activity: its title, what and why, the command; then its work; then what shows that it is done. */
export function openWorkshopView(screen: Screen): Listener {
  const stage = new Stage(screen);
  return {
    onEvent(event: Event) {
      if (event.type !== "data") return stage.hear(event);
      if (event.kind === "activity") {
        stage.close();
        const activity = event.data as ActivityEvent;
        const lines = activity.status === "begun" ? introduce(screen, activity) : [conclude(screen, activity)];
        for (const line of lines) screen.err(line);
      } else if (event.kind === "timeline") {
        stage.close();
        screen.err(formatEntry(event.data as TimelineEntry, true));
      } else stage.hear(event);
    },
    close: () => stage.close(),
  };
}

/** One view at a time: the live load, the live service, or the progress of everything else. */
class Stage {
  private readonly screen: Screen;
  private view: { name: string; listener: Listener } | undefined;

  constructor(screen: Screen) {
    this.screen = screen;
  }

  hear(event: Event): void {
    const remark = event.type === "note" || event.type === "warning";
    this.open(event.type === "data" ? event.kind : remark && this.view ? this.view.name : "progress").onEvent(event);
  }

  close(): void {
    this.view?.listener.close();
    this.view = undefined;
  }

  private open(name: string): Listener {
    if (this.view?.name === name) return this.view.listener;
    this.close();
    const openers: Record<string, (screen: Screen) => Listener> = { load: openLoadView, snapshot: watchAside };
    const listener = (openers[name] ?? openProgress)(this.screen);
    this.view = { name, listener };
    return listener;
  }
}

/** The live service as progress: for `watch` it is the answer and goes to stdout, here the one document does. */
const watchAside = (screen: Screen): Listener =>
  openWatch({ ...screen, json: false, interactive: screen.interactive && !screen.json, out: screen.err });

function introduce(screen: Screen, { text, of }: ActivityEvent): string[] {
  const number = text.number > of ? "" : `${text.number} of ${of}  `;
  const width = Math.min(screen.columns, 100) - 2;
  const prose = wrapText(`${text.what} ${text.why}`, width);
  return [
    "",
    screen.style(["bold", "cyan"], `■ ${number}${text.name}`),
    ...prose.map((line) => `  ${line}`),
    `  ${screen.style("dim", `$ ${text.command}`)}`,
  ];
}

function conclude(screen: Screen, { status, shows }: ActivityEvent): string {
  if (status === "failed") return screen.style("red", `  ✗ ${shows ?? ""}`);
  return `  ${screen.style("green", "✓")} ${status === "already" ? "done already: " : ""}${shows ?? ""}`;
}

/** The answer: what was done in how long, the figures of the load, and where the report is. */
export function formatWorkshop({ activities, peakTasks, requests, errors, report }: WorkshopResult): string {
  const rows = activities.map(
    ({ number, name, seconds }) =>
      `${String(number).padStart(3)}  ${name.padEnd(30)} ${seconds.toFixed(1).padStart(6)} s`,
  );
  const figures = requests > 0 ? [`${requests} requests, ${errors} errors, at most ${peakTasks} tasks at once`] : [];
  const complete = activities.length > 10;
  const next = complete ? [] : ["", nextCommands([["ecsctl workshop", "go on where this stopped"]])];
  return [...rows, "", ...figures, `Report: ${report}`, ...next].join("\n");
}
