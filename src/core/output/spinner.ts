import type { Event, StepEvent, WaitingEvent } from "../events.ts";
import { fitLine } from "./columns.ts";
import type { Listener, Screen } from "./screen.ts";
import { wrapText } from "./wrap-text.ts";

interface Spinner {
  text: string;
  isSpinning: boolean;
  start(): unknown;
  stop(): unknown;
}

/** What the live part shows: the steps that run and what is waited for, by id. */
interface State {
  running: Map<string, string>;
  waiting: Map<string, string>;
}

/** For a terminal: what is done stays above, what runs is drawn in place below. */
export function openSpinner(screen: Screen, load: () => Promise<Spinner> = loadOra): Listener {
  const state: State = { running: new Map(), waiting: new Map() };
  let spinner: Spinner | undefined;
  let closed = false;
  const loading = load().then((loaded) => {
    spinner = loaded;
    redraw();
    return undefined;
  });
  // Without ora the finished lines are still there: nothing to tell anybody.
  loading.catch(() => {});
  const redraw = (): void => {
    if (!spinner || closed) return;
    const text = [...state.running.values(), ...state.waiting.values()].join("\n  ");
    if (text === "") return void spinner.stop();
    spinner.text = text;
    if (!spinner.isSpinning) spinner.start();
  };
  return {
    onEvent(event) {
      const lines = applyEvent(screen, state, event);
      // The live part changes first: ora draws it again below every line that is written.
      redraw();
      for (const line of lines) screen.err(line);
    },
    close() {
      closed = true;
      spinner?.stop();
    },
  };
}

async function loadOra(): Promise<Spinner> {
  const { default: ora } = await import("ora");
  return ora({ stream: process.stderr, discardStdin: false, color: "cyan" });
}

/** Updates the live part; returns the lines that stay. */
function applyEvent(screen: Screen, state: State, event: Event): string[] {
  switch (event.type) {
    case "step":
      return applyStep(screen, state, event);
    case "note":
      return [`${screen.style("blue", "·")} ${event.message}`];
    case "warning":
      return [
        `${screen.style("yellow", "!")} ${event.message}`,
        ...(event.hint ? [`  ${screen.style("dim", event.hint)}`] : []),
      ];
    case "waiting":
      state.waiting.clear();
      state.waiting.set(event.id, formatWait(screen, event));
      return [];
    case "progress": {
      const percent = event.total > 0 ? Math.floor((event.done / event.total) * 100) : 0;
      if (event.done >= event.total) state.waiting.delete(event.id);
      else state.waiting.set(event.id, `${event.message} ${screen.style("dim", `${percent} %`)}`);
      return [];
    }
    case "data":
      return [];
  }
}

/** Lines of a reason below its headline that are drawn live. What is taller than the terminal cannot be drawn again. */
const linesBelow = 5;

function formatWait(screen: Screen, { message, reason, elapsedSeconds }: WaitingEvent): string {
  const [headline, ...more] = reason?.split("\n") ?? [];
  const width = Math.max(20, screen.columns - 4);
  const kept = more.length > linesBelow ? ["…", ...more.slice(1 - linesBelow)] : more;
  const below = [...wrapText(headline ?? "", width), ...kept.map((line) => fitLine(line, width))];
  return [`${message} ${screen.style("dim", formatSeconds(elapsedSeconds))}`, ...below].join("\n  ");
}

function applyStep(screen: Screen, state: State, step: StepEvent): string[] {
  const { id, title, action, status, detail, seconds } = step;
  const what = `${action} ${title}`;
  if (status === "started") {
    state.running.set(id, what);
    return [];
  }
  state.running.delete(id);
  state.waiting.clear();
  const took = seconds === undefined || seconds < 0.05 ? "" : ` ${screen.style("dim", formatSeconds(seconds))}`;
  const why = detail ? ` ${screen.style("dim", `(${detail})`)}` : "";
  const marks = {
    done: screen.style("green", "✔"),
    skipped: screen.style("dim", "–"),
    failed: screen.style("red", "✖"),
  };
  return [`${marks[status]} ${status === "skipped" ? screen.style("dim", what) : what}${took}${why}`];
}

/** `4.2 s`, `1 min 05 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
