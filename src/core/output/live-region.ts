import { fitLine } from "./columns.ts";
import type { Screen } from "./screen.ts";

const csi = `${String.fromCodePoint(27)}[`;
/** Terminals that know it show a whole frame at once (synchronized output); the others ignore it. */
const frame = { begin: `${csi}?2026h`, end: `${csi}?2026l` };
const cursor = { hide: `${csi}?25l`, show: `${csi}?25h` };

/** A block of lines at the end of the terminal that is drawn again in place. */
export interface LiveRegion {
  draw(lines: readonly string[]): void;
  /** Writes lines above the block: they stay. */
  log(line: string): void;
  /** Leaves the last frame on the screen and gives the cursor back. */
  close(): void;
}

export interface Size {
  columns: number;
  rows: number;
}

const terminalSize = (): Size => ({ columns: process.stderr.columns || 80, rows: process.stderr.rows || 24 });

/** Draws on stderr without flicker: moves up, overwrites each line, clears the rest. Lines are cut to the terminal's width. */
export function openLiveRegion(screen: Screen, size: () => Size = terminalSize): LiveRegion {
  let height = 0;
  let current: readonly string[] = [];
  const restoreCursor = () => process.stderr.write(cursor.show);
  process.once("exit", restoreCursor);
  const paint = (above: readonly string[]): void => {
    const { columns, rows } = size();
    // More lines than the terminal has could not be reached again by moving up.
    const lines = current.slice(0, Math.max(1, rows - 1)).map((line) => fitLine(line, columns));
    const up = height > 0 ? `${csi}${height}A\r` : "";
    const text = [...above, ...lines].map((line) => `${line}${csi}K`).join("\n");
    height = lines.length;
    screen.err(`${frame.begin}${cursor.hide}${up}${text}${csi}J${frame.end}`);
  };
  return {
    draw(lines) {
      current = lines;
      paint([]);
    },
    log(line) {
      paint([line]);
    },
    close() {
      process.off("exit", restoreCursor);
      restoreCursor();
    },
  };
}
