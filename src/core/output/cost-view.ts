import type { Cost, CostLine } from "../pricing/cost.ts";
import { formatTable } from "./columns.ts";

const range = (min: number, max: number, digits: number): string =>
  min === max ? min.toFixed(digits) : `${min.toFixed(digits)} to ${max.toFixed(digits)}`;

const count = (quantity: number): string => String(Math.round(quantity * 1000) / 1000);

function formatLine(line: CostLine): string[] {
  const { name, unit, unitPrice, quantityMin, quantityMax, hourlyMin, hourlyMax, assumption } = line;
  const quantity = quantityMin === quantityMax ? count(quantityMin) : `${count(quantityMin)} to ${count(quantityMax)}`;
  const about = assumption === undefined ? "" : `(${assumption})`;
  return [`  ${name}`, range(hourlyMin, hourlyMax, 4), `${quantity} × ${unitPrice} per ${unit}`, about];
}

/** What a plan costs, each thing on a line, with the day of the prices; for a person. */
export function formatCost(cost: Cost | null): string {
  if (!cost) return "Cost: not reckoned.";
  const { currency, hourlyMin, hourlyMax, monthlyMin, monthlyMax, pricesAsOf, region } = cost;
  const about = cost.approximate ? "about " : "";
  const head = `Cost: ${about}${range(hourlyMin, hourlyMax, 4)} ${currency} an hour, ${range(monthlyMin, monthlyMax, 2)} a month.`;
  const where = cost.approximate ? `prices of us-east-1 carried over to ${region}` : `prices of ${region}`;
  return [
    head,
    ...formatTable(cost.lines.map(formatLine)),
    ...cost.unknown.map((name) => `  ${name}: price not known, not counted`),
    `  ${where} as of ${pricesAsOf}, ${cost.note}.`,
  ].join("\n");
}
