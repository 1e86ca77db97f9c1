/** Runs in the browser that shows a report: draws the charts, and again when the size or the colours change. */
import { drawCharts } from "./charts.ts";
import { keepDrawn } from "./keep-drawn.ts";
import type { PageData } from "./page-data.ts";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "null") as PageData;
keepDrawn(() => drawCharts(data));
