import { parseDuration } from "../config/duration.ts";
import { highestRate, type LoadCurve } from "./load-curve.ts";
import { WordReader } from "./load-words.ts";

/** A part of a load, in seconds and rates. */
type Segment =
  | { kind: "line"; from: number; to: number; seconds: number }
  | { kind: "wave"; low: number; high: number; period: number; seconds: number };

/** A year of seconds: more is a slip of the pen, and would not fit into memory. */
const longestSeconds = 366 * 86_400;
/** A drop at the end is watched for so long. */
const tailSeconds = 1800;

const unitFactor: Record<string, number> = { "": 1, rps: 1, "/s": 1, k: 1000, krps: 1000, rpm: 1 / 60, "/min": 1 / 60 };

/** Reads what a load is written as. Throws a usage error with the column and the grammar. */
export function parseLoad(text: string): LoadCurve {
  const parser = new LoadParser(text);
  const segments = parser.parse();
  return { rates: drawSegments(segments), unit: parser.unit(), description: text.trim() };
}

class LoadParser {
  private readonly words: WordReader;
  private readonly units = new Set<"rps" | "%">();
  private rate = 0;
  private total = 0;

  constructor(text: string) {
    this.words = new WordReader(text);
  }

  unit(): "rps" | "%" {
    return this.units.has("%") ? "%" : "rps";
  }

  parse(): Segment[] {
    const segments = this.parts(() => this.words.peek() === undefined);
    const { words } = this;
    const last = segments.at(-1);
    if (!last) throw words.fault("expected a part");
    if (last.seconds === 0) segments.push(this.line(this.rate, this.rate, tailSeconds));
    return segments;
  }

  private parts(atEnd: () => boolean): Segment[] {
    const { words } = this;
    const segments: Segment[] = [];
    while (!atEnd()) {
      if (words.skip(";")) continue;
      segments.push(...this.part());
      if (!atEnd() && words.peek() !== ";") throw words.fault("expected `;` between two parts");
    }
    return segments;
  }

  private part(): Segment[] {
    switch (this.words.take()) {
      case "ramp":
        return [this.ramp()];
      case "step":
        return [this.step()];
      case "hold":
        return [this.hold()];
      case "spike":
        return [this.spike()];
      case "sine":
        return [this.sine()];
      case "drop":
        return [this.drop()];
      case "repeat":
        return this.repeat();
      default:
        throw this.words.fault("expected ramp, step, hold, spike, sine, drop or repeat", 1);
    }
  }

  private ramp(): Segment {
    const first = this.readRate();
    const ranged = this.words.skip("..");
    const [from, to] = ranged ? [first, this.readRate()] : [this.rate, first];
    this.words.expect("over");
    return this.line(from, to, this.readTime());
  }

  private step(): Segment {
    const rate = this.readRate();
    this.words.skip("for");
    return this.line(rate, rate, this.readTime());
  }

  private hold(): Segment {
    if (readTimeOf(this.words.peek() ?? "") !== undefined) return this.line(this.rate, this.rate, this.readTime());
    const rate = this.words.read("a rate or a time", readRateOf);
    this.note(rate);
    this.words.expect("for");
    return this.line(rate.value, rate.value, this.readTime());
  }

  private spike(): Segment {
    const before = this.rate;
    const spike = this.step();
    this.rate = before;
    return spike;
  }

  private sine(): Segment {
    const low = this.readRate();
    this.words.expect("..");
    const high = this.readRate();
    this.words.expect("period");
    const period = this.readTime();
    const seconds = this.words.skip("for") ? this.readTime() : period;
    this.grow(seconds);
    const wave = { kind: "wave", low, high, period, seconds } as const;
    this.rate = waveAt(wave, seconds);
    return wave;
  }

  private drop(): Segment {
    const rate = this.words.skip("to") ? this.readRate() : 0;
    return this.line(rate, rate, this.words.skip("for") ? this.readTime() : 0);
  }

  private repeat(): Segment[] {
    const { words } = this;
    const count = words.read("how many times, a whole number", (word) =>
      /^[1-9]\d{0,5}$/.test(word) ? Number(word) : undefined,
    );
    words.expect("(");
    const before = this.total;
    const once = this.parts(() => words.peek() === ")" || words.peek() === undefined);
    if (once.length === 0) throw words.fault("expected a part");
    words.expect(")");
    this.grow((this.total - before) * (count - 1));
    return Array.from({ length: count }, () => once).flat();
  }

  private line(from: number, to: number, seconds: number): Segment {
    this.grow(seconds);
    this.rate = to;
    return { kind: "line", from, to, seconds };
  }

  private grow(seconds: number): void {
    this.total += seconds;
    if (this.total > longestSeconds)
      throw this.words.fault("a load may last a year, this one lasts longer; it ends", 1);
  }

  private readRate(): number {
    const rate = this.words.read("a rate (500, 500rps, 2k, 30rpm, 250%)", readRateOf);
    this.note(rate);
    return rate.value;
  }

  private note({ value, unit }: Rate): void {
    if (value > highestRate) throw this.words.fault("a rate is at most a billion", 1);
    // Nothing is nothing in every unit.
    if (value !== 0 && unit !== undefined) this.units.add(unit);
    if (this.units.size > 1) throw this.words.fault("percent of a task and requests a second cannot be mixed", 1);
  }

  private readTime(): number {
    return this.words.read("a time (45s, 10m, 2h, 1d)", readTimeOf);
  }
}

interface Rate {
  value: number;
  /** Undefined for a number without a unit before `..`, which has that of the second. */
  unit: "rps" | "%" | undefined;
}

function readRateOf(word: string): Rate | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)(.*)$/.exec(word) ?? [];
  if (number === undefined) return undefined;
  if (unit === "%") return { value: Number(number), unit: "%" };
  const factor = unitFactor[unit];
  return factor === undefined ? undefined : { value: Number(number) * factor, unit: unit === "" ? undefined : "rps" };
}

function readTimeOf(word: string): number | undefined {
  const seconds = parseDuration(word);
  return seconds !== undefined && seconds >= 1 ? Math.round(seconds) : undefined;
}

const waveAt = ({ low, high, period }: { low: number; high: number; period: number }, second: number): number =>
  low + ((high - low) * (1 - Math.cos((2 * Math.PI * second) / period))) / 2;

function drawSegments(segments: readonly Segment[]): Float64Array {
  const rates = new Float64Array(segments.reduce((total, { seconds }) => total + seconds, 0));
  let at = 0;
  for (const segment of segments) {
    for (let second = 0; second < segment.seconds; second++)
      rates[at + second] =
        segment.kind === "wave"
          ? waveAt(segment, second)
          : segment.from + ((segment.to - segment.from) * second) / segment.seconds;
    at += segment.seconds;
  }
  return rates;
}
