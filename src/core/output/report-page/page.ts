/** Runs in the browser that shows a report: draws the charts, and again when the size or the colours change. */
import { drawCharts } from "./charts.ts";
import type { PageData } from "./page-data.ts";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "null") as PageData;
let charts = drawCharts(data);

const redraw = (): void => {
  for (const chart of charts) chart.destroy();
  charts = drawCharts(data);
};

let width = document.body.clientWidth;
new ResizeObserver(() => {
  // Only the width: the height follows from what is drawn, and would make it draw for ever.
  if (document.body.clientWidth === width) return;
  width = document.body.clientWidth;
  redraw();
}).observe(document.body);
for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", redraw);
