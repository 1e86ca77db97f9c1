/**
 * The values behind a metric's statistics: each of them while they are few, then counts in bins one percent wide, as
 * CloudWatch keeps them. Plain data, for it is saved.
 */
export interface Distribution {
  values?: number[];
  /** Counts by the number of the bin. */
  bins?: Record<string, number>;
}

/** A value and how often it was seen. */
type Weighted = readonly [value: number, count: number];

const maxValues = 100;
/** Each bin reaches one percent further than the one before it. */
const growth = Math.log(1.01);

/** Negative values and zero have bins of their own. */
function binOf(value: number): string {
  if (value === 0) return "0";
  const number = Math.round(Math.log(Math.abs(value)) / growth);
  return value > 0 ? `+${number}` : `-${number}`;
}

function valueOf(bin: string): number {
  if (bin === "0") return 0;
  const size = Math.exp(Number(bin.slice(1)) * growth);
  return bin.startsWith("-") ? -size : size;
}

const isKnown = ({ values, bins }: Distribution): boolean => values !== undefined || bins !== undefined;

/** Adds values, or everything of another distribution, in place. Nothing is kept once something unknown was added. */
export function addToDistribution(into: Distribution, added: Distribution | undefined): void {
  if (!added || !isKnown(added) || !isKnown(into)) {
    delete into.values;
    delete into.bins;
    return;
  }
  if (into.values && added.values && into.values.length + added.values.length <= maxValues) {
    // A copy is as long as it must be, where a list that grows keeps room for more: most of a metric is such lists.
    if (into.values.length === 0) into.values = added.values.slice();
    else into.values.push(...added.values);
    return;
  }
  const bins = (into.bins ??= {});
  const sources = [{ values: into.values }, added];
  delete into.values;
  for (const source of sources) {
    for (const value of source.values ?? []) addToBin(bins, binOf(value), 1);
    for (const [bin, count] of Object.entries(("bins" in source && source.bins) || {})) addToBin(bins, bin, count);
  }
}

/** Values and how often each was seen. */
export function distributionOf(values: readonly number[], counts: readonly number[]): Distribution {
  if (counts.every((count) => count === 1) && values.length <= maxValues) return { values: [...values] };
  const bins: Record<string, number> = {};
  for (const [index, value] of values.entries()) addToBin(bins, binOf(value), counts[index] ?? 0);
  return { bins };
}

function addToBin(bins: Record<string, number>, bin: string, count: number): void {
  bins[bin] = (bins[bin] ?? 0) + count;
}

function sorted({ values, bins }: Distribution): Weighted[] | undefined {
  if (!values && !bins) return undefined;
  const weighted: Weighted[] = values
    ? values.map((value) => [value, 1])
    : Object.entries(bins ?? {}).map(([bin, count]) => [valueOf(bin), count]);
  return weighted.sort(([a], [b]) => a - b);
}

const number = String.raw`(\d+(?:\.\d+)?)`;
const percentilePattern = new RegExp(`^(p|tm|tc|ts|wm)${number}$`);
const rangePattern = new RegExp(String.raw`^(TM|TC|TS|WM|PR)\((-?\d*(?:\.\d+)?)(%?):(-?\d*(?:\.\d+)?)(%?)\)$`, "i");

interface Ask {
  kind: "p" | "tm" | "tc" | "ts" | "wm" | "pr";
  from: number;
  to: number;
  /** Bounds are percentiles, not values. */
  percent: boolean;
}

/** Undefined for what is no extended statistic. */
function readStatistic(statistic: string): Ask | undefined {
  if (statistic === "IQM") return { kind: "tm", from: 25, to: 75, percent: true };
  const [, kind, upTo] = percentilePattern.exec(statistic) ?? [];
  if (kind) {
    const to = Number(upTo);
    return to <= 100 ? { kind: kind as Ask["kind"], from: 0, to, percent: true } : undefined;
  }
  const [, name, from, fromPercent, to, toPercent] = rangePattern.exec(statistic) ?? [];
  if (!name || (from === "" && to === "")) return undefined;
  const percent = Boolean(fromPercent || toPercent);
  const lowest = percent ? 0 : -Infinity;
  const highest = percent ? 100 : Infinity;
  return {
    kind: name.toLowerCase() as Ask["kind"],
    from: from === "" ? lowest : Number(from),
    to: to === "" ? highest : Number(to),
    percent,
  };
}

/** True for percentiles, trimmed and winsorized means, trimmed counts and sums, percentile ranks and `IQM`. */
export const isExtendedStatistic = (statistic: string): boolean => readStatistic(statistic) !== undefined;

/**
 * An extended statistic; undefined where the values are not known. Meaning: CloudWatch's "Statistics definitions". Beyond a
 * hundred values the answer is exact to one percent.
 */
export function extendedStatistic(distribution: Distribution, statistic: string): number | undefined {
  const ask = readStatistic(statistic);
  const values = sorted(distribution);
  if (!ask || !values || values.length === 0) return undefined;
  if (ask.kind === "p") return percentile(values, ask.to);
  const low = ask.percent ? percentile(values, ask.from) : ask.from;
  const high = ask.percent ? percentile(values, ask.to) : ask.to;
  const total = countOf(values);
  const within = values.filter(([value]) => value >= low && value <= high);
  if (ask.kind === "pr") return (countOf(values.filter(([value]) => value > ask.from && value <= high)) / total) * 100;
  if (ask.kind === "tc") return countOf(within);
  if (ask.kind === "ts") return sumOf(within);
  if (ask.kind === "tm") return countOf(within) > 0 ? sumOf(within) / countOf(within) : undefined;
  return sumOf(values.map(([value, count]) => [Math.min(high, Math.max(low, value)), count])) / total;
}

const countOf = (values: readonly Weighted[]): number => values.reduce((total, [, count]) => total + count, 0);
const sumOf = (values: readonly Weighted[]): number =>
  values.reduce((total, [value, count]) => total + value * count, 0);

/** The smallest value that so many percent do not exceed. */
function percentile(values: readonly Weighted[], percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * countOf(values)));
  let seen = 0;
  for (const [value, count] of values) {
    seen += count;
    if (seen >= rank) return value;
  }
  return values.at(-1)?.[0] ?? Number.NaN;
}
