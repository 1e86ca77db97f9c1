import type { Event, StepEvent } from "../events.ts";
import type { Listener, Screen } from "./screen.ts";

/** The renderer of an operation's events for this screen. */
export function openProgress(screen: Screen): Listener {
  return openLines(screen);
}

/** One timestamped line for each change, no control characters: for logs, pipes and CI. */
export function openLines(screen: Screen, now: () => Date = () => new Date()): Listener {
  const waiting = new Map<string, string>();
  return {
    onEvent(event) {
      const text = describe(event, waiting);
      if (text !== undefined) screen.err(`${now().toISOString().slice(11, 19)} ${text}`);
    },
    close() {},
  };
}

function describe(event: Event, waiting: Map<string, string>): string | undefined {
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
      return `waiting: ${event.message}`;
    case "progress":
      return event.done === event.total ? `${event.message}: ${event.total} of ${event.total}` : undefined;
    case "data":
      return undefined;
  }
}

function describeStep({ title, action, status, detail, seconds }: StepEvent): string | undefined {
  const took = seconds === undefined ? "" : ` in ${seconds.toFixed(1)} s`;
  return `${action} ${title}: ${status}${took}${detail ? ` (${detail})` : ""}`;
}
