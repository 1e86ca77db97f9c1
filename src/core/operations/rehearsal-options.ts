import type { Context } from "../context.ts";
import type { Project } from "../config/project.ts";
import type { LoadCurve } from "../rehearsal/load-curve.ts";

/** What a user types about a rehearsal; durations in seconds. */
export interface RehearsalOptions {
  /** An expression, or a CSV file. */
  load?: string | undefined;
  /** What `loadtest --out` wrote. */
  fromReport?: string | undefined;
  /** So many seconds back. */
  fromMetrics?: number | undefined;
  /** Act together; texts of the short form, or files. */
  policies: readonly string[];
  min?: number | undefined;
  max?: number | undefined;
  /** Requests a second that keep one task at 100 %. */
  capacity?: number | undefined;
  taskStart?: number | undefined;
  boot?: number | undefined;
  tasks?: number | undefined;
  tasksPerInstance?: number | undefined;
  /** `1..3`: the Auto Scaling group's. */
  instances?: string | undefined;
  metricDelay?: number | undefined;
  /** `20..60`: percent of an idle and of a busy task. */
  memory?: string | undefined;
  /** ISO date and time of the load's begin. */
  start?: string | undefined;
  /** Look at the service for the parameters. */
  measure: boolean;
}

/** Where a rehearsal finds what it is not told. */
export interface RehearsalSources {
  /** Undefined where there is no ecsctl.yaml: everything can be told by flags. */
  project: Project | undefined;
  /** Called only for what must be asked of AWS. */
  openContext: () => Promise<Context>;
}

/** A load, and what its source tells of the service besides. */
export interface ReadLoad {
  curve: LoadCurve;
  /** Requests a second that keep a task at 100 %. */
  capacity?: { value: number; source: string } | undefined;
  /** Tasks that ran when it began. */
  tasks?: number | undefined;
  notes: string[];
}
