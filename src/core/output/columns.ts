import { stripVTControlCharacters } from "node:util";

/** Columns that a text takes on a terminal, its colours not counted; everything that we print is one cell wide. */
export const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length;

/** A table of left-aligned columns, two blanks apart, without a border; the last column may be as long as it likes. */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
  return rows.map((row) =>
    row
      .map((cell, index) => cell + " ".repeat((widths[index] ?? 0) - widthOf(cell)))
      .join("  ")
      .trimEnd(),
  );
}

const escape = String.fromCodePoint(27);

/** Cuts a line to so many columns, keeping its colour codes whole, and marks the cut. */
export function fitLine(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  let cells = 0;
  let text = "";
  for (const part of line.split(new RegExp(`(${escape}\\[[0-9;]*m)`))) {
    if (part.startsWith(escape)) text += part;
    else
      for (const cell of part) {
        if (cells >= columns - 1) break;
        text += cell;
        cells++;
      }
  }
  return `${text}…`;
}
