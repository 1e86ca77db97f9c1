/** Breaks a text between words so that no line is longer than `width` columns (a longer word stands alone; without a width nothing changes). */
export function wrapText(text: string, width: number): string[] {
  if (!Number.isFinite(width)) return [text];
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A text behind its label, broken between words, the further lines below the first. */
export function hang(label: string, text: string, columns: number): string[] {
  const lines = wrapText(text, Math.max(20, columns - label.length));
  return lines.map((line, index) => (index === 0 ? label : " ".repeat(label.length)) + line);
}

/** What answers may be broken to: the width of the terminal; without one, nothing is broken. */
export const stdoutColumns = (): number =>
  process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : Number.POSITIVE_INFINITY;
