import { usageError } from "../errors.ts";
import { drawPoints, highestRate, type LoadCurve, type LoadPoint } from "./load-curve.ts";

const longestSeconds = 366 * 86_400;

/** Reads `time,rps` lines: seconds, `h:mm:ss` or dates of ISO 8601. Throws a usage error that names the line. */
export function parseLoadCsv(text: string, file: string): LoadCurve {
  const readings = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"))
    .filter(({ line }, index) => index > 0 || !/^"?[a-z]/i.test(line))
    .map(({ line, number }) => readLine(line, number, file));
  const [first] = readings;
  if (!first || readings.length < 2) throw invalid(file, undefined, "it has no two lines of time and rate");
  for (const [index, reading] of readings.entries()) {
    const before = readings[index - 1];
    if (before && before.dated !== reading.dated) throw invalid(file, reading.number, "dates and seconds are mixed");
    if (before && reading.time <= before.time)
      throw invalid(file, reading.number, "its time is not after the one before");
  }
  const points: LoadPoint[] = readings.map(({ time, rate }) => ({ seconds: time - first.time, rate }));
  if ((points.at(-1)?.seconds ?? 0) > longestSeconds) throw invalid(file, undefined, "it lasts longer than a year");
  const startsAt = first.dated ? first.time * 1000 : undefined;
  return { rates: drawPoints(points), unit: "rps", startsAt, description: file };
}

interface Reading {
  number: number;
  /** Seconds: since the epoch for dates. */
  time: number;
  dated: boolean;
  rate: number;
}

function readLine(line: string, number: number, file: string): Reading {
  // One separator a line, so that a decimal comma is not taken for the next cell.
  const separator = [";", "\t"].find((one) => line.includes(one)) ?? ",";
  const [when = "", rate = "", ...more] = line.split(separator).map((cell) => cell.trim().replaceAll('"', ""));
  if (more.some((cell) => cell !== "")) throw invalid(file, number, `it has ${more.length + 2} values instead of two`);
  const time = readTime(when);
  if (time === undefined) throw invalid(file, number, `\`${when}\` is no time`);
  if (!/^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(rate)) throw invalid(file, number, `\`${rate}\` is no rate`);
  if (Number(rate) > highestRate) throw invalid(file, number, `\`${rate}\` is over a billion requests a second`);
  return { number, ...time, rate: Number(rate) };
}

function readTime(text: string): { time: number; dated: boolean } | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return { time: Number(text), dated: false };
  const [, hours = "0", minutes, seconds] = /^(?:(\d+):)?(\d+):(\d\d)$/.exec(text) ?? [];
  if (seconds !== undefined)
    return { time: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds), dated: false };
  if (!/^\d{4}-\d\d-\d\d([T ]|$)/.test(text)) return undefined;
  const [day = "", clock] = text.split(/[T ]/);
  const iso = clock === undefined ? day : `${day}T${clock}`;
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) || clock === undefined ? iso : `${iso}Z`);
  return Number.isNaN(at) ? undefined : { time: at / 1000, dated: true };
}

const invalid = (file: string, line: number | undefined, why: string) =>
  usageError({
    code: "InvalidLoad",
    message: `${file}${line === undefined ? "" : `:${line}`}: ${why}.`,
    hint: "Lines of `time,rps`: time in seconds, as 1:30:00, or as 2026-11-22T08:00:00Z, each later than the one before.",
  });
