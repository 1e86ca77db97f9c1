import type { LoadReport } from "../loadtest/report.ts";
import { spanText } from "../loadtest/verdict.ts";
import { type Html, markup } from "./html.ts";
import { generatorRows, latencyText as ms, percentOf, targetName } from "./load-figures.ts";
import { countText, stopwatch } from "./loadtest-view.ts";
import { loadPageAssets } from "./page-assets.ts";
import { chartCard, chartPairs, figureTiles, renderPage, section, table } from "./page-shell.ts";
import { chartsOf, marksOf } from "./report-charts.ts";

/** The report as one page that needs nothing but itself: no network, no file beside it. */
export async function renderHtmlReport(report: LoadReport): Promise<string> {
  const title = report.service ? `Load test of ${report.service.name}` : "Load test";
  const body = [heading(report, title), figures(report), charts(report), lists(report)];
  return renderPage({ title, body, data: chartsOf(report), assets: await loadPageAssets() });
}

const isMissed = (report: LoadReport): boolean =>
  report.objectives.some((objective) => !objective.met) || report.until?.met === false;

function heading(report: LoadReport, title: string): Html {
  const { service, startedAt, load } = report;
  const when = `${startedAt.slice(0, 10)} ${startedAt.slice(11, 19)} UTC`;
  const last = report.timeline.at(-1)?.seconds ?? 0;
  const rate = Math.round(last / Math.max(1, report.seconds));
  return markup`<header>
      <h1>${title}${service && ` on ${service.cluster}`}</h1>
      <p class="muted">${when}. ${load.description}.</p>
      ${rate > 1 && markup`<p class="muted">The service's clock ran about ${rate} times as fast as the clients': moments are told in its time, rates and latencies in theirs.</p>`}
    </header>
    <section class="verdict${isMissed(report) ? " missed" : report.generator?.bottleneck ? " warned" : ""}" id="verdict">
      <p>${keepUnits(report.verdict)}</p>
      ${report.interrupted && markup`<p class="muted">Interrupted: this is the report so far.</p>`}
    </section> `;
}

/** No line begins with a unit. */
const keepUnits = (text: string): string => text.replaceAll(/(\d) (?=%|ms\b|s\b|min\b)/g, "$1\u00a0");

function figures({ requests, seconds, rps, errors, latency, scaled }: LoadReport): Html {
  const tiles: [label: string, value: string][] = [
    ["requests", countText(requests)],
    ["requests a second", countText(rps)],
    [`errors, ${percentOf(errors.total, requests)}`, countText(errors.total)],
    ["median", ms(latency.p50)],
    ["99th percentile", ms(latency.p99)],
    ["slowest", ms(latency.max)],
    ["under load", spanText(seconds)],
    ...(scaled ? [["tasks", `${scaled.from} → ${scaled.to}`] as [string, string]] : []),
  ];
  return figureTiles(tiles);
}

function charts(report: LoadReport): Html {
  const served = report.service !== null;
  return chartPairs([
    chartCard("requests", "Requests a second", "that were answered or failed"),
    chartCard("latency", "Latency", "percentiles of each second, logarithmic"),
    report.errors.total > 0 && chartCard("errors", "Errors a second", "by kind"),
    served && report.cpu.length > 0 && chartCard("cpu", "CPU of the service", cpuNote(report)),
    served && chartCard("tasks", "Tasks", "desired and running"),
  ]);
}

function cpuNote({ service }: LoadReport): string {
  const target = service?.cpuTarget;
  return `CloudWatch's averages${target == null ? "" : `, target ${target} %`}`;
}

function lists(report: LoadReport): Html {
  const { phases, objectives, events, tasks, errors } = report;
  return markup`
    ${phases.length > 0 && section("Before, during and after scaling", "", phaseTable(report))}
    ${events.length > 0 && section("What happened", "numbered as in the charts", eventTable(report))}
    ${objectives.length > 0 && section("Objectives", "", objectiveTable(report))}
    ${errors.total > 0 && section("Errors by kind", "with the first of each", errorTable(report))}
    ${section("Tasks", "each by itself", taskTable(tasks))}
    ${section("Latency of the whole run", "every answer, whatever its status, and timeouts", latencyRow(report))}
    ${section("The load generator", "what it says of its own work", generatorTable(report))}
  `;
}

const phaseTable = ({ phases }: LoadReport): Html =>
  table(
    ["", "#when", "#requests", "#errors", "#p50", "#p99"],
    phases.map(({ name, fromSeconds, toSeconds, requests, errors, p50, p99 }) => [
      name,
      `${stopwatch(fromSeconds)}–${stopwatch(toSeconds)}`,
      countText(requests),
      percentOf(errors, requests),
      ms(p50),
      ms(p99),
    ]),
  );

function eventTable(report: LoadReport): Html {
  const marks = marksOf(report);
  return table(
    ["", "#after", "what"],
    report.events.map(({ seconds, kind, text }, index) => [
      markup`<span class="tag ${kind}">${marks[index]?.label}</span>`,
      stopwatch(seconds),
      text,
    ]),
  );
}

const objectiveTable = ({ objectives }: LoadReport): Html =>
  table(
    ["objective", "", "#measured"],
    objectives.map(({ objective, met, value }) => [
      objective,
      met ? markup`<span class="met-mark">met</span>` : markup`<span class="missed-mark">missed</span>`,
      `${value}`,
    ]),
  );

const errorTable = ({ errors }: LoadReport): Html =>
  table(
    ["kind", "#count", "first example"],
    Object.entries(errors.byKind).map(([kind, count]) => [kind, countText(count), errors.examples[kind] ?? ""]),
  );

const taskTable = (tasks: LoadReport["tasks"]): Html =>
  table(
    ["task", "address", "#requests", "#errors", "#p99"],
    tasks.map(({ task, url, requests, errors, p99 }) => [
      targetName({ task, url }),
      url,
      countText(requests),
      countText(errors),
      ms(p99),
    ]),
  );

const latencyRow = ({ latency }: LoadReport): Html => {
  const names = ["p50", "p90", "p95", "p99", "p999", "max", "mean"] as const;
  const labels: Record<string, string> = { p999: "p99.9", max: "slowest" };
  return markup`<div class="row">
    ${names.map((name) => markup`<span><span class="muted">${labels[name] ?? name}</span> ${ms(latency[name])}</span>`)}
  </div>`;
};

const generatorTable = (report: LoadReport): Html =>
  markup`<table class="list">
    ${generatorRows(report).map(
      ([label, text]) =>
        markup`<tr>
          <td class="narrow muted">${label}</td>
          <td class="long">${text}</td>
        </tr> `,
    )}
  </table>`;
