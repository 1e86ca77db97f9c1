/** Runs in the browser that shows a rehearsal: draws the charts, and again when the size or the colours change. */
import { keepDrawn } from "./keep-drawn.ts";
import { drawRehearsal } from "./rehearsal-charts.ts";
import type { RehearsalData } from "./rehearsal-data.ts";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "null") as RehearsalData;
keepDrawn(() => drawRehearsal(data));
