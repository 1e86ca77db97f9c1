import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { type Simulation, simulateScaling } from "../../src/core/operations/simulate-scaling.ts";
import { renderSimulationPage } from "../../src/core/output/simulation-page.ts";
import { openBrowser, whyNoBrowser } from "../support/browser.ts";

/** How many different colours each chart has; text, because the tests are checked without the types of a browser. */
const colours = `Object.fromEntries([...document.querySelectorAll(".chart")].map((chart) => {
  const canvas = chart.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return [chart.id, new Set(new Uint32Array(data.buffer)).size];
}))`;
const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

const rehearse = (compare: string[], load = "ramp 0..900rps over 10m; hold 20m; drop"): Promise<Simulation> =>
  simulateScaling(
    {
      load,
      policies: ["cpu 50 cooldown 60s; 1..20"],
      compare,
      capacity: 100,
      instances: "1..6",
      tasksPerInstance: 3,
      measure: false,
    },
    { project: undefined, openContext: () => Promise.reject(new Error("asks AWS")) },
  );

describe("the page of a rehearsal", { skip: whyNoBrowser() }, () => {
  let dir = "";
  let browser: Browser;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "ecsctl-rehearsal-"));
    browser = await openBrowser();
  });
  after(async () => {
    await browser.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function open(simulation: Simulation, colorScheme: "light" | "dark", width: number) {
    const file = join(dir, "page.html");
    await writeFile(file, await renderSimulationPage(simulation));
    const page: Page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      const url = request.url();
      if (url !== pathToFileURL(file).href && !url.startsWith("data:")) complaints.push(`asks for ${url}`);
    });
    await page.goto(pathToFileURL(file).href);
    return { page, complaints };
  }

  for (const [colorScheme, width] of [
    ["light", 1120],
    ["dark", 1120],
    ["light", 390],
    ["dark", 390],
  ] as const)
    it(`draws every chart and asks for nothing: ${colorScheme}, ${width} wide`, async () => {
      const { page, complaints } = await open(await rehearse(["cpu 70; 1..20"]), colorScheme, width);
      const found = await page.evaluate<Record<string, number>>(colours);
      assert.deepEqual(Object.keys(found), ["demand", "utilisation", "tasks", "instances"]);
      for (const [chart, count] of Object.entries(found)) assert.ok(count > 5, `${chart} has ${count} colours`);
      assert.equal(await page.evaluate(overflow), 0, "nothing is wider than the page");
      assert.deepEqual(complaints, []);
      await page.close();
    });

  it("shows a set alone with its desired count and its figures, and names as text whatever is in them", async () => {
    const simulation = await rehearse([]);
    const evil = `</script><img src=x onerror="document.title='taken'">`;
    const [set] = simulation.sets;
    assert.ok(set);
    set.label = evil;
    simulation.summary = evil;
    simulation.load.description = evil;
    simulation.notes.push(evil);
    const { page, complaints } = await open(simulation, "light", 1120);
    assert.equal(await page.title(), "Rehearsal of scaling");
    assert.equal(await page.locator("img").count(), 0);
    assert.ok((await page.locator("#verdict").innerText()).includes(evil));
    assert.equal(await page.locator(".figures div").count(), 4);
    assert.ok((await page.locator("#tasks .u-legend").innerText()).includes("desired"));
    assert.deepEqual(complaints, []);
    await page.close();
  });
});
