import type { Column } from "./page-data.ts";

/** What the charts of a rehearsal are drawn from; every column belongs to `x`, seconds after the begin. */
export interface RehearsalData {
  /** Length of the axis in seconds. */
  end: number;
  x: number[];
  unit: "rps" | "%";
  demand: Column;
  sets: RehearsedColumns[];
}

/** What one set of policies made of it. */
export interface RehearsedColumns {
  label: string;
  /** What the running tasks can do at 100 %, in the unit of the demand. */
  capacity: Column;
  utilisation: Column;
  desired: Column;
  running: Column;
  instances: Column;
}
