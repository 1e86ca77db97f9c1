import type { ActivityText } from "../operations/workshop-activities.ts";
import type { Event } from "../events.ts";
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

/** Tells each activity: its title, what and why, the command; then what shows that it is done. */
export function openWorkshopView(screen: Screen): Listener {
  return {
    onEvent(event: Event) {
      if (event.type !== "data" || event.kind !== "activity") return;
      const activity = event.data as ActivityEvent;
      if (activity.status === "begun") for (const line of introduce(screen, activity)) screen.err(line);
      else screen.err(conclude(screen, activity));
    },
    close() {},
  };
}

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
