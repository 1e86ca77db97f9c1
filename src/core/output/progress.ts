import type { Event, StepEvent } from "../events.ts";
import type { Listener, Screen } from "./screen.ts";
import { openSpinner } from "./spinner.ts";

/** The renderer of an operation's events: spinners on a terminal, a timestamped line for each change elsewhere. */
export function openProgress(screen: Screen): Listener {
  return screen.interactive ? openSpinner(screen) : openLines(screen);
}

/** One timestamped line for each change, no control characters: for logs, pipes and CI. Times are UTC. */
export function openLines(screen: Screen, now: () => Date = () => new Date()): Listener {
  const waiting = new Map<string, string>();
  const quarters = new Map<string, number>();
  return {
    onEvent(event) {
      const text = describeChange(event, waiting, quarters);
      if (text !== undefined) screen.err(`${now().toISOString().slice(11, 19)} ${text}`);
    },
    close() {},
  };
}

/** Undefined for an event that changes nothing: a wait that still waits for the same, a tenth of a per cent more. */
function describeChange(event: Event, waiting: Map<string, string>, quarters: Map<string, number>): string | undefined {
  switch (event.type) {
    case "step":
      return describeStep(event);
    case "note":
      return event.message;
    case "warning":
      return `warning: ${event.message}${event.hint ? ` (${event.hint})` : ""}`;
    case "waiting":
      if (waiting.get(event.id) === event.message) return undefined;
      waiting.set(event.id, event.message);
      return `waiting: ${event.message} (${Math.round(event.elapsedSeconds)} s)`;
    case "progress": {
      const quarter = event.total > 0 ? Math.floor((event.done / event.total) * 4) : 0;
      if (quarters.get(event.id) === quarter) return undefined;
      quarters.set(event.id, quarter);
      return `${event.message}: ${quarter * 25} %`;
    }
    case "data":
      return undefined;
  }
}

function describeStep({ title, action, status, detail, seconds }: StepEvent): string {
  const took = seconds === undefined ? "" : ` in ${seconds.toFixed(1)} s`;
  return `${action} ${title}: ${status}${took}${detail ? ` (${detail})` : ""}`;
}
