import type { Event, StepEvent, WaitingEvent } from "../events.ts";
import type { Listener, Screen } from "./screen.ts";
import { openSpinner } from "./spinner.ts";

/** The renderer of an operation's events: spinners on a terminal, a timestamped line for each change elsewhere. */
export function openProgress(screen: Screen): Listener {
  return screen.interactive ? openSpinner(screen) : openLines(screen);
}

/**
 * One timestamped line for each change, no control characters: for logs, pipes and CI. Times are UTC. What belongs to
 * a line (the last words of a task that ended) stands below it, indented.
 */
export function openLines(screen: Screen, now: () => Date = () => new Date()): Listener {
  const waiting = new Map<string, Told>();
  const quarters = new Map<string, number>();
  return {
    onEvent(event) {
      const text = describeChange(event, waiting, quarters);
      if (text !== undefined) screen.err(`${now().toISOString().slice(11, 19)} ${text}`);
    },
    close() {},
  };
}

/** What was said last about one wait. */
interface Told {
  line: string;
  below: string;
}

/** As wide as the time in front of every line. */
const underTheTime = "\n         ";

/** Undefined for an event that changes nothing: a wait that still waits for the same, a tenth of a per cent more. */
function describeChange(event: Event, waiting: Map<string, Told>, quarters: Map<string, number>): string | undefined {
  switch (event.type) {
    case "step":
      return describeStep(event);
    case "note":
      return event.message;
    case "warning":
      return `warning: ${event.message}${event.hint ? ` (${event.hint})` : ""}`;
    case "waiting":
      return describeWait(event, waiting);
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

/** Log lines are told once, not again with every task that ends in the same words. */
function describeWait({ id, message, reason, elapsedSeconds }: WaitingEvent, told: Map<string, Told>) {
  const [headline, ...more] = reason?.split("\n") ?? [];
  const line = headline === undefined ? message : `${message}: ${headline}`;
  const before = told.get(id);
  const below = more.join(underTheTime);
  if (before?.line === line && before.below === below) return undefined;
  told.set(id, { line, below });
  const fresh = below !== "" && below !== before?.below;
  return `waiting: ${line} (${Math.round(elapsedSeconds)} s)${fresh ? `${underTheTime}${below}` : ""}`;
}

function describeStep({ title, action, status, detail, seconds }: StepEvent): string {
  const took = seconds === undefined ? "" : ` in ${seconds.toFixed(1)} s`;
  return `${action} ${title}: ${status}${took}${detail ? ` (${detail})` : ""}`;
}
