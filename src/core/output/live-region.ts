import { fitLine, widthOf } from "./columns.ts";
import type { Screen } from "./screen.ts";

const csi = `${String.fromCodePoint(27)}[`;
/** Terminals that know it show a whole frame at once (synchronized output); the others ignore it. */
const frame = { begin: `${csi}?2026h`, end: `${csi}?2026l` };
const cursor = { hide: `${csi}?25l`, show: `${csi}?25h` };
/** The terminal's second screen, without history: what was on the first comes back afterwards. */
const alternate = { enter: `${csi}?1049h`, leave: `${csi}?1049l` };
const home = `${csi}H`;

export interface Size {
  columns: number;
  rows: number;
}

/** The lines to show on a terminal of that size; asked for again when the size changes. */
export type Frame = (size: Size) => readonly string[];

/** A block of lines on the terminal that is drawn again in place. */
export interface LiveRegion {
  draw(frame: Frame): void;
  /** Tells something beside the block. */
  log(line: string): void;
  /** Leaves the last frame on the screen and gives the cursor back. */
  close(): void;
}

const terminalSize = (): Size => ({ columns: process.stderr.columns || 80, rows: process.stderr.rows || 24 });

/** Calls back when the terminal has another size, and at the end of the process, however it ends; returns how to stop. */
function follow(onResize: () => void, onExit: () => void): () => void {
  process.stderr.on("resize", onResize);
  process.once("exit", onExit);
  return () => {
    process.stderr.off("resize", onResize);
    process.off("exit", onExit);
  };
}

/**
 * Draws on stderr below what is there, without flicker: moves up, overwrites each line, clears the rest. Lines are cut
 * to the terminal's width; what is logged stays above.
 */
export function openLiveRegion(screen: Screen, size: () => Size = terminalSize): LiveRegion {
  let shown: readonly string[] = [];
  let current: Frame | undefined;
  const restoreCursor = (): void => void process.stderr.write(cursor.show);
  const paint = (above: readonly string[]): void => {
    const { columns, rows } = size();
    // A terminal that became narrower has broken the lines of the last frame. More than it has rows is out of reach.
    const tall = shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    const height = Math.min(tall, rows - 1);
    shown = (current?.({ columns, rows }) ?? []).slice(0, Math.max(1, rows - 1)).map((line) => fitLine(line, columns));
    const up = height > 0 ? `${csi}${height}A\r` : "";
    const text = [...above, ...shown].map((line) => `${line}${csi}K`).join("\n");
    screen.err(`${frame.begin}${cursor.hide}${up}${text}${csi}J${frame.end}`);
  };
  const unfollow = follow(() => current && paint([]), restoreCursor);
  return {
    draw(next) {
      current = next;
      paint([]);
    },
    log(line) {
      paint([line]);
    },
    close() {
      unfollow();
      restoreCursor();
    },
  };
}

/**
 * Takes the whole terminal, as `top` does: what was there comes back at the end, with the last frame below. What is
 * logged stands at the bottom until the next frame.
 */
export function openFullScreen(screen: Screen, size: () => Size = terminalSize): LiveRegion {
  let current: Frame = () => [];
  let notices: string[] = [];
  const enter = (): void => void process.stderr.write(`${alternate.enter}${cursor.hide}`);
  const leave = (): void => void process.stderr.write(`${alternate.leave}${cursor.show}`);
  const paint = (): void => {
    const { columns, rows } = size();
    const below = notices.slice(-Math.max(1, rows - 2));
    const lines = [...current({ columns, rows }).slice(0, Math.max(1, rows - 1 - below.length)), ...below];
    const text = lines.map((line) => `${fitLine(line, columns)}${csi}K`).join("\n");
    screen.err(`${frame.begin}${home}${text}${csi}J${frame.end}`);
  };
  // Ctrl-Z: the shell gets its own screen back until it goes on.
  const suspend = (): void => {
    leave();
    process.once("SIGCONT", resume);
    process.kill(0, "SIGSTOP");
  };
  const resume = (): void => {
    enter();
    paint();
  };
  enter();
  process.on("SIGTSTP", suspend);
  const unfollow = follow(paint, leave);
  return {
    draw(next) {
      current = next;
      notices = [];
      paint();
    },
    log(line) {
      if (notices.at(-1) !== line) notices.push(line);
      paint();
    },
    close() {
      unfollow();
      process.off("SIGTSTP", suspend);
      process.off("SIGCONT", resume);
      leave();
      const { columns, rows } = size();
      const last = current({ columns, rows }).map((line) => fitLine(line, columns));
      for (const line of [...last, ...notices]) screen.err(line);
    },
  };
}
