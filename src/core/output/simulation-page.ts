import type { RehearsedSet, Simulation } from "../operations/simulate-scaling.ts";
import { type Html, markup } from "./html.ts";
import { loadRehearsalAssets } from "./page-assets.ts";
import { chartCard, chartPairs, figureTiles, renderPage, section, table } from "./page-shell.ts";
import type { RehearsalData } from "./report-page/rehearsal-data.ts";
import { figureRows, momentText, parameterRows, percentText, rateText, spanText } from "./simulation-view.ts";

/** The rehearsal as one page that needs nothing but itself. */
export async function renderSimulationPage(simulation: Simulation): Promise<string> {
  const title = "Rehearsal of scaling";
  const body = [heading(simulation, title), tiles(simulation), charts(simulation), lists(simulation)];
  return renderPage({ title, body, data: chartData(simulation), assets: await loadRehearsalAssets() });
}

function heading({ load, sets, summary }: Simulation, title: string): Html {
  const begin = `${load.startsAt.slice(0, 10)} ${load.startsAt.slice(11, 16)} UTC`;
  return markup`<header>
      <h1>${title}</h1>
      <p class="muted">${load.description}</p>
      <p class="muted">${spanText(load.seconds)} from ${begin}, ${rateText(load.peak, load.unit)} at most.</p>
    </header>
    <section class="verdict${sets.some(isAtRisk) ? " warned" : ""}" id="verdict">
      <p>${summary}</p>
    </section> `;
}

const isAtRisk = ({ figures }: RehearsedSet): boolean => figures.riskPercent >= 1;

function tiles({ sets }: Simulation): Html {
  const [set, ...others] = sets;
  if (!set || others.length > 0) return markup``;
  const { figures } = set;
  const shown: [label: string, value: string][] = [
    ["of the time over 90 %", percentText(figures.riskPercent)],
    ["worst utilisation", percentText(figures.worstUtilisation)],
    ["tasks at most", `${figures.peakDesired}`],
    ["task-hours", `${Number(figures.taskHours.toPrecision(3))}`],
  ];
  return figureTiles(shown);
}

function charts({ sets, load }: Simulation): Html {
  const instances = sets.some(({ figures }) => figures.peakInstances > 0);
  return chartPairs([
    chartCard("demand", "Demand and capacity", load.unit === "%" ? "percent of a task" : "requests a second"),
    chartCard("utilisation", "Utilisation", "largest of each stretch"),
    chartCard("tasks", "Tasks", sets.length > 1 ? "running" : "desired and running"),
    instances && chartCard("instances", "Instances", ""),
  ]);
}

const shownChanges = 100;

function lists({ sets, model, notes }: Simulation): Html {
  const [head, ...rows] = figureRows(sets, true);
  return markup`
    ${section(
      "Figures",
      "",
      table(
        (head ?? []).map((name, index) => (index === 0 ? "" : `#${name}`)),
        rows,
      ),
    )}
    ${sets.map((set) => set.changes.length > 0 && section(`Changes by ${set.label}`, changesNote(set), changeTable(set)))}
    ${section("The model", "what was taken for granted, and where it comes from", table(["", "#", "source"], parameterRows(model)))}
    ${notes.length > 0 && section("Notes", "", markup`${notes.map((note) => markup`<p>${note}</p>`)}`)}
  `;
}

const changesNote = ({ changes }: RehearsedSet): string =>
  changes.length > shownChanges ? `the first ${shownChanges} of ${changes.length}` : "of the desired count";

const changeTable = ({ changes }: RehearsedSet): Html =>
  table(
    ["#after", "#tasks", "by"],
    changes
      .slice(0, shownChanges)
      .map(({ seconds, from, to, policy }) => [momentText(seconds), `${from} → ${to}`, policy]),
  );

function chartData({ load, sets, model }: Simulation): RehearsalData {
  const timeline = sets[0]?.timeline ?? [];
  const perTask = Number(model.find(({ name }) => name === "capacity of a task")?.value ?? 0);
  return {
    end: load.seconds,
    x: timeline.map(({ seconds }) => seconds),
    unit: load.unit,
    demand: timeline.map(({ demand }) => demand),
    sets: sets.map(({ label, timeline: points }) => ({
      label,
      capacity: points.map(({ running }) => running * perTask),
      utilisation: points.map(({ utilisation }) => utilisation),
      desired: points.map(({ desired }) => desired),
      running: points.map(({ running }) => running),
      instances: points.map(({ instances }) => instances),
    })),
  };
}
