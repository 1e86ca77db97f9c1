import { usageError } from "../errors.ts";

/** What a load may be written as; in every error and in docs/rehearsal.md. */
export const loadGrammar = `PART; PART; … where each part is one of
  ramp [RATE..]RATE over TIME       in a straight line; without the first, from the rate before
  step RATE [for] TIME              at once, and it stays
  hold [RATE for] TIME              the rate before, or RATE
  spike RATE [for] TIME             at once, and back to the rate before
  sine RATE..RATE period TIME [for TIME]   a wave that begins at the lower rate; one period unless told
  drop [to RATE] [for TIME]         at once, to nothing unless told
  repeat N (PART; …)                the parts in brackets, N times
  RATE   500, 500rps, 2k, 30rpm, or 250% (of what one task can do); TIME   45s, 10m, 2h, 1d
For example: --load 'ramp 0..2000rps over 10m; hold 20m; drop'`;

/** A word of a load expression; columns count from 1. */
export interface Word {
  text: string;
  column: number;
}

/** Words, numbers with their units, `..`, `;` and brackets. */
export function splitWords(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(/\.\.|[;()]|(?:(?!\.\.)[^\s;()])+/g))
    words.push({ text: match[0], column: match.index + 1 });
  return words;
}

/** Walks over the words; its errors name the column and show the grammar. */
export class WordReader {
  private readonly text: string;
  private readonly words: readonly Word[];
  private next = 0;

  constructor(text: string) {
    this.text = text;
    this.words = splitWords(text);
  }

  /** The next word; undefined at the end. */
  peek(): string | undefined {
    return this.words[this.next]?.text.toLowerCase();
  }

  take(): string | undefined {
    const word = this.peek();
    this.next++;
    return word;
  }

  /** Takes the word if it is that one. */
  skip(word: string): boolean {
    if (this.peek() !== word) return false;
    this.next++;
    return true;
  }

  expect(word: string): void {
    if (!this.skip(word)) throw this.fault(`expected \`${word}\``);
  }

  /** Reads the next word with `read`, which gives undefined for what it does not know. */
  read<T>(what: string, read: (text: string) => T | undefined): T {
    const found = read(this.peek() ?? "");
    if (found === undefined) throw this.fault(`expected ${what}`);
    this.next++;
    return found;
  }

  /** What is wrong at the next word (`back`: so many words before it). */
  fault(why: string, back = 0): Error {
    const word = this.words[this.next - back];
    const column = word?.column ?? this.text.trimEnd().length + 1;
    const found = word ? `, found \`${word.text}\`` : ", found the end";
    return usageError({
      code: "InvalidLoad",
      message: `--load '${this.text}': column ${column}: ${why}${found}.`,
      hint: loadGrammar,
    });
  }
}
