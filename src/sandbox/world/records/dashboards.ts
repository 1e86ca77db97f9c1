import type { Region } from "../world.ts";

export interface DashboardRecord {
  name: string;
  arn: string;
  /** JSON, as it was given. */
  body: string;
  changedAt: Date;
  tags: Record<string, string>;
}

/** By name, of the whole account: dashboards have no region. */
export const dashboards = (region: Region): Map<string, DashboardRecord> =>
  region.world.global.table("cloudwatch/dashboards");
