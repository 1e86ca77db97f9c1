import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { type MetricWidget, readCharts, readParts } from "../observe/read-widgets.ts";
import { dashboardUrl, readDashboard } from "./dashboards.ts";
import { type AlarmState, describeAlarms } from "./describe-alarms.ts";

/** The document of `dashboard show --json`. */
export interface ShownDashboard {
  name: string;
  /** In the AWS console. */
  url: string;
  widgets: MetricWidget[];
  alarms: AlarmState[];
}

/** What the dashboard shows, read from CloudWatch: the series of its charts and the states of its alarms. */
export async function showDashboard(context: Context, project: Project, sinceSeconds: number): Promise<ShownDashboard> {
  const { aws, signal } = context;
  const { config } = project;
  const { name, body } = await readDashboard(context, project);
  const parts = readParts(body);
  const names = parts.alarms.map((arn) => arn.split(":alarm:")[1] ?? arn);
  const [widgets, alarms] = await Promise.all([
    readCharts(aws, parts, sinceSeconds, signal),
    names.length > 0 ? describeAlarms(aws, config, names) : [],
  ]);
  return { name, url: dashboardUrl(aws.region, name), widgets, alarms };
}
