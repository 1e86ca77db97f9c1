import type uPlot from "uplot";
import type { Mark } from "./page-data.ts";
import { colour, font } from "./theme.ts";

const colours: Record<Mark["kind"], string> = {
  alarm: "--red",
  desired: "--orange",
  activity: "--muted",
  answer: "--teal",
};

/** Room between two labels before they are written as one, in CSS pixels. */
const room = 34;

/** Draws a line at each marked moment and its label above the chart; labels that would cover each other become `2–4`. */
export function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  const placed = marks
    .map((mark) => ({ mark, x: plot.valToPos(mark.seconds, "x", true) }))
    .filter(({ x }) => x >= bbox.left && x <= bbox.left + bbox.width);
  for (const { mark, x } of placed) {
    ctx.strokeStyle = colour(colours[mark.kind]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.font = font().replace(/^\d+/, (size) => `${Math.round(Number(size) * 0.9 * ratio)}`);
  ctx.textAlign = "center";
  ctx.fillStyle = colour("--muted");
  for (const { x, text } of joinLabels(placed, room * ratio)) ctx.fillText(text, x, bbox.top - 5 * ratio);
  ctx.restore();
}

function joinLabels(placed: readonly { mark: Mark; x: number }[], least: number): { x: number; text: string }[] {
  const groups: { first: number; last: number; labels: string[] }[] = [];
  for (const { mark, x } of placed) {
    const group = groups.at(-1);
    if (group && x - group.last < least) {
      group.last = x;
      group.labels.push(mark.label);
    } else groups.push({ first: x, last: x, labels: [mark.label] });
  }
  return groups.map(({ first, last, labels }) => ({
    x: (first + last) / 2,
    text: labels.length > 1 ? `${labels[0]}–${labels.at(-1)}` : (labels[0] ?? ""),
  }));
}
