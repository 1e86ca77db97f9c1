/** What one target answered; `p99` in ms. */
export interface TaskFigures {
  task: string;
  url: string;
  requests: number;
  errors: number;
  p99: number;
}

/** What happened since the last window was taken; percentiles in ms. */
export interface Window {
  requests: number;
  errors: number;
  errorsByKind: Record<string, number>;
  p50: number;
  p90: number;
  p99: number;
  max: number;
  /** HdrHistogram V2 compressed, base64, in microseconds; empty when nothing was measured. */
  histogram: string;
  /** Requests that ended, per task. */
  byTask: Record<string, number>;
}
