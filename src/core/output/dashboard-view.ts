import { styleText } from "node:util";
import type { MetricWidget, WidgetSeries } from "../observe/read-widgets.ts";
import type { ShownDashboard } from "../operations/show-dashboard.ts";
import { paintState } from "./alarm-view.ts";
import { sparkline } from "./charts.ts";
import { formatTable } from "./columns.ts";

const figure = (value: number): string => String(Number(value.toPrecision(3)));

/** The top of a widget's charts is one for all its series, so that they can be compared. */
function rowOf({ label, points }: WidgetSeries, top: number, width: number): string[] {
  const values = points.map(({ value }) => value);
  const latest = values.at(-1);
  if (latest === undefined) return [`  ${label}`, "–", "no data", ""];
  const range = `${figure(Math.min(...values))} to ${figure(Math.max(...values))}`;
  return [`  ${label}`, figure(latest), range, sparkline(values, width, top)];
}

function formatWidget({ title, series, lines }: MetricWidget, width: number): string[] {
  const values = series.flatMap(({ points }) => points.map(({ value }) => value));
  const top = Math.max(0, ...values, ...lines.map(({ value }) => value));
  const across = lines.map(({ label }) => label).join(", ");
  const heading = styleText("bold", title, { stream: process.stdout });
  return [
    across === "" ? heading : `${heading} (${across})`,
    ...formatTable(series.map((one) => rowOf(one, top, width))),
  ];
}

/** The dashboard as text: each series with its newest value, its range and its course. */
export function formatDashboard({ name, url, widgets, alarms }: ShownDashboard, columns: number): string {
  const width = Math.max(10, Math.min(60, columns - 50));
  const states = formatTable(alarms.map((one) => [`  ${paintState(one.state)}`, one.name, one.watches]));
  return [
    `Dashboard ${name}`,
    ...widgets.flatMap((widget) => ["", ...formatWidget(widget, width)]),
    ...(alarms.length > 0 ? ["", styleText("bold", "Alarms", { stream: process.stdout }), ...states] : []),
    "",
    `In the console: ${url}`,
  ].join("\n");
}
