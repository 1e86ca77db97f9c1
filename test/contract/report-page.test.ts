import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import type { LoadReport } from "../../src/core/loadtest/report.ts";
import { renderHtmlReport } from "../../src/core/output/html-report.ts";
import { openBrowser, whyNoBrowser } from "../support/browser.ts";
import { makeCourse } from "../support/load-reports.ts";

const schemes = ["light", "dark"] as const;
const widths = { desktop: 1120, phone: 390 } as const;

interface Opened {
  page: Page;
  /** Console messages, errors, and requests for anything but the page. */
  complaints: string[];
}

/** What runs in the page is text: the tests are checked without the types of a browser. */
const inPage = {
  /** How many different colours each chart has. */
  colours: `Object.fromEntries([...document.querySelectorAll(".chart")].map((chart) => {
    const canvas = chart.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return [chart.id, new Set(new Uint32Array(data.buffer)).size];
  }))`,
  overflow: "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  picture: `document.querySelector("canvas").toDataURL()`,
  text: "getComputedStyle(document.body).color",
  chartWidth: `document.querySelector("canvas").clientWidth`,
} as const;

/** Waits frame by frame; the page's policy forbids what `waitForFunction` does. */
async function comesTrue(page: Page, expression: string): Promise<void> {
  while (!(await page.evaluate<boolean>(expression))) await page.evaluate("new Promise(requestAnimationFrame)");
}

describe("the page of a load report", { skip: whyNoBrowser() }, () => {
  let dir = "";
  let browser: Browser;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "ecsctl-page-"));
    browser = await openBrowser();
  });
  after(async () => {
    await browser.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function open(report: LoadReport, look: { scheme?: "light" | "dark"; width?: number } = {}): Promise<Opened> {
    const file = join(dir, "page.html");
    await writeFile(file, await renderHtmlReport(report));
    const { scheme = "light", width = widths.desktop } = look;
    const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height: 900 } });
    const complaints: string[] = [];
    const own = pathToFileURL(file).href;
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      const url = request.url();
      if (url !== own && !url.startsWith("data:")) complaints.push(`asks for ${url}`);
    });
    await page.goto(own);
    return { page, complaints };
  }

  for (const scheme of schemes)
    for (const [device, width] of Object.entries(widths))
      it(`draws every chart and asks for nothing: ${scheme}, ${device}`, async () => {
        const { page, complaints } = await open(makeCourse(), { scheme, width });
        const colours = await page.evaluate<Record<string, number>>(inPage.colours);
        assert.deepEqual(Object.keys(colours), ["requests", "latency", "errors", "cpu", "tasks"]);
        for (const [chart, count] of Object.entries(colours)) assert.ok(count > 5, `${chart} has ${count} colours`);
        assert.equal(await page.evaluate(inPage.overflow), 0, "nothing is wider than the page");
        assert.deepEqual(complaints, []);
        await page.close();
      });

  it("draws its charts again when the colours and the width change, and for paper", async () => {
    const { page, complaints } = await open(makeCourse());
    const picture = () => page.evaluate<string>(inPage.picture);
    const changesFrom = (before: string) => comesTrue(page, `${inPage.picture} !== "${before}"`);
    const ink = await page.evaluate<string>(inPage.text);
    const light = await picture();
    await page.emulateMedia({ colorScheme: "dark" });
    await changesFrom(light);
    const dark = await picture();
    await page.emulateMedia({ colorScheme: "dark", media: "print" });
    await changesFrom(dark);
    assert.equal(await page.evaluate<string>(inPage.text), ink, "paper is light");
    await page.emulateMedia({ media: "screen", colorScheme: "light" });
    await page.setViewportSize({ width: 390, height: 800 });
    await comesTrue(page, `${inPage.chartWidth} < 390`);
    assert.equal(await page.locator("canvas").count(), 5);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it("shows addresses, errors and names as text, whatever is in them", async () => {
    const evil = `</script><script>document.title="taken"</script><img src=x onerror="document.title='taken'">`;
    const report = makeCourse();
    report.verdict = evil;
    report.load.description = evil;
    report.errors.examples = { [evil]: evil };
    report.errors.byKind = { [evil]: 6 };
    report.tasks = [{ task: evil, url: `javascript:${evil}`, requests: 1, errors: 1, p99: 1 }];
    report.events.push({ seconds: 5, kind: "activity", text: evil });
    report.objectives = [{ objective: evil, met: false, value: 1 }];
    if (report.service) report.service.name = evil;
    const { page, complaints } = await open(report);
    assert.equal(await page.title(), `Load test of ${evil}`);
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("script").count(), 2);
    assert.equal(await page.locator("a").count(), 0);
    assert.ok((await page.locator("#verdict").innerText()).includes(evil));
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it("leaves out what there is nothing to tell of", async () => {
    const report = { ...makeCourse(), service: null, cpu: [], events: [], phases: [], objectives: [], scaled: null };
    report.errors = { total: 0, byKind: {}, examples: {} };
    const { page, complaints } = await open(report);
    assert.deepEqual(Object.keys(await page.evaluate<Record<string, number>>(inPage.colours)), ["requests", "latency"]);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it("draws a load of a single moment", async () => {
    const { page, complaints } = await open({ ...makeCourse(), timeline: makeCourse().timeline.slice(0, 1) });
    assert.deepEqual(complaints, []);
    await page.close();
  });
});
