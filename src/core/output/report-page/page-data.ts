/** What the page's charts are drawn from: columns, null where nothing is known. Times are seconds on one axis. */
export interface PageData {
  /** Length of the axis in seconds. */
  end: number;
  x: number[];
  rps: Column;
  percentiles: { name: string; ms: Column }[];
  /** Errors a second by kind. */
  errors: { kind: string; perSecond: Column }[];
  desired: Column;
  running: Column;
  /** The CPU has a clock of its own: one value a period, from its begin. Percent. */
  cpu: { x: number[]; percent: Column; target: number | null };
  marks: Mark[];
}

export type Column = (number | null)[];

/** A moment that every chart marks; the list below the charts has the same label. */
export interface Mark {
  seconds: number;
  label: string;
  kind: "alarm" | "desired" | "activity" | "answer";
}
