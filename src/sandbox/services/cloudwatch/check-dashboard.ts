import type { DashboardValidationMessage } from "@aws-sdk/client-cloudwatch";

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const types = ["metric", "text", "log", "alarm", "explorer"];

/**
 * What CloudWatch would complain about in the body of a dashboard; `refused` for what it does not take at all. Source:
 * "Dashboard body structure and syntax". The words of its messages are not documented; these are the sandbox's.
 */
export function checkDashboard(body: string): {
  refused?: DashboardValidationMessage;
  messages: DashboardValidationMessage[];
} {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { refused: { Message: "The field DashboardBody must be a valid JSON object" }, messages: [] };
  }
  if (!isObject(parsed))
    return { refused: { Message: "The field DashboardBody must be a valid JSON object" }, messages: [] };
  if (!Array.isArray(parsed["widgets"]))
    return { refused: { DataPath: "", Message: 'Should have required property "widgets"' }, messages: [] };
  return { messages: parsed["widgets"].flatMap((widget: unknown, index) => checkWidget(widget, `/widgets/${index}`)) };
}

function checkWidget(widget: unknown, path: string): DashboardValidationMessage[] {
  if (!isObject(widget)) return [{ DataPath: path, Message: "Should be object" }];
  const messages: DashboardValidationMessage[] = [];
  const tell = (DataPath: string, Message: string): void => void messages.push({ DataPath, Message });
  const { type, width, height, x, properties } = widget;
  if (typeof type !== "string" || !types.includes(type))
    tell(`${path}/type`, "Should be equal to one of the allowed values");
  if (!isBetween(width ?? 6, 1, 24)) tell(`${path}/width`, "Should be >= 1 and <= 24");
  if (!isBetween(height ?? 6, 1, 1000)) tell(`${path}/height`, "Should be >= 1 and <= 1000");
  if (x !== undefined && !isBetween(x, 0, 23)) tell(`${path}/x`, "Should be >= 0 and <= 23");
  if (!isObject(properties))
    return [...messages, { DataPath: path, Message: 'Should have required property "properties"' }];
  const required: Readonly<Record<string, string[]>> = {
    text: ["markdown"],
    log: ["query", "region"],
    alarm: ["alarms"],
    metric: [],
  };
  for (const name of required[String(type)] ?? [])
    if (properties[name] === undefined) tell(`${path}/properties`, `Should have required property "${name}"`);
  if (type === "metric") messages.push(...checkMetrics(properties, `${path}/properties`));
  return messages;
}

const isBetween = (value: unknown, least: number, most: number): boolean =>
  typeof value === "number" && value >= least && value <= most;

/** A metric is `[namespace, name, dimension, value, …, {options}]`, or `[{expression}]`. */
function checkMetrics({ metrics, annotations, region }: Members, path: string): DashboardValidationMessage[] {
  if (metrics === undefined && isObject(annotations) && annotations["alarms"] !== undefined) return [];
  if (!Array.isArray(metrics)) return [{ DataPath: path, Message: 'Should have required property "metrics"' }];
  const ofRegion = region === undefined ? [{ DataPath: path, Message: 'Should have required property "region"' }] : [];
  return [
    ...ofRegion,
    ...metrics.flatMap((metric: unknown, index) => {
      const DataPath = `${path}/metrics/${index}`;
      if (!Array.isArray(metric)) return [{ DataPath, Message: "Should be array" }];
      if (isObject(metric[0])) return [];
      const names = metric.filter((one) => !isObject(one)) as unknown[];
      if (names.length < 2) return [{ DataPath, Message: "Should NOT have fewer than 2 items" }];
      return names.length % 2 === 0 ? [] : [{ DataPath, Message: "Should have a value for each dimension" }];
    }),
  ];
}
