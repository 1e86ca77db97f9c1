import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { gauge, sparkline } from "../../../src/core/output/charts.ts";
import { fitLine, formatTable, widthOf } from "../../../src/core/output/columns.ts";
import { openFullScreen, openLiveRegion } from "../../../src/core/output/live-region.ts";
import { fakeScreen } from "../../support/snapshots.ts";

const esc = "\u001B";

/** Plays what was written on a terminal of that many columns and gives its lines. */
function play(written: readonly string[]): string[] {
  const lines: string[] = [""];
  let row = 0;
  const text = written.map((one) => `${one}\n`).join("");
  for (const part of text.split(new RegExp(`(${esc}\\[[?0-9;]*[A-Za-z]|\n|\r)`))) {
    const up = new RegExp(`^${esc}\\[(\\d+)A$`).exec(part);
    if (up) row -= Number(up[1]);
    else if (part === "\n") lines[++row] ??= "";
    else if (part === `${esc}[J`) lines.splice(row + 1);
    else if (part !== "" && part !== "\r" && !part.startsWith(esc)) lines[row] = part;
  }
  return lines.filter((line) => line !== "");
}

test("each frame takes the place of the one before, longer or shorter, and logged lines stay above", () => {
  const screen = fakeScreen();
  const region = openLiveRegion(screen, () => ({ columns: 20, rows: 10 }));
  region.draw(() => ["one", "two", "three"]);
  assert.deepEqual(play(screen.stderr), ["one", "two", "three"]);
  region.draw(() => ["uno", "due"]);
  assert.deepEqual(play(screen.stderr), ["uno", "due"]);
  region.log("a warning");
  region.draw(() => ["1", "2", "3"]);
  assert.deepEqual(play(screen.stderr), ["a warning", "1", "2", "3"]);
  region.close();
});

test("lines are cut to the terminal's width and frames to its height", () => {
  const screen = fakeScreen();
  const region = openLiveRegion(screen, () => ({ columns: 6, rows: 4 }));
  region.draw(() => ["a long line", "2", "3", "4", "5"]);
  assert.deepEqual(play(screen.stderr), ["a lon…", "2", "3"]);
  region.close();
});

test("a terminal that becomes narrower breaks the lines of the last frame: the next one begins above all of them", () => {
  const screen = fakeScreen();
  const size = { columns: 20, rows: 10 };
  const region = openLiveRegion(screen, () => size);
  region.draw(({ columns }) => [`${columns} columns, x`, "b"]);
  size.columns = 10;
  process.stderr.emit("resize");
  region.close();
  assert.ok(screen.stderr.at(-1)?.includes(`${esc}[3A\r10 column…`), JSON.stringify(screen.stderr));
});

test("the whole screen is taken and given back with the last frame; a new size draws at once; notices pass", (t) => {
  const raw: string[] = [];
  t.mock.method(process.stderr, "write", (text: string) => raw.push(text) > 0);
  const screen = fakeScreen();
  const size = { columns: 30, rows: 5 };
  const region = openFullScreen(screen, () => size);
  assert.match(raw.join(""), /\[\?1049h/);
  const shown = () => stripVTControlCharacters(screen.stderr.at(-1) ?? "").split("\n");
  const rows = ["1", "2", "3", "4", "5", "6"];
  region.draw(({ columns }) => [`${columns} columns`, ...rows]);
  assert.deepEqual(shown(), ["30 columns", "1", "2", "3"]);
  region.log("could not read");
  region.log("could not read");
  assert.deepEqual(shown(), ["30 columns", "1", "2", "could not read"]);
  size.columns = 8;
  size.rows = 4;
  process.stderr.emit("resize");
  assert.deepEqual(shown(), ["8 colum…", "1", "could n…"]);
  region.draw(() => rows.slice(0, 2));
  assert.deepEqual(shown(), ["1", "2"]);
  region.close();
  t.mock.restoreAll();
  assert.match(raw.at(-1) ?? "", /\[\?1049l.*\[\?25h/s);
  assert.deepEqual(screen.stderr.slice(-2), ["1", "2"]);
  const before = screen.stderr.length;
  process.stderr.emit("resize");
  assert.equal(screen.stderr.length, before, "nobody listens any more");
});

test("the cut keeps colours whole", () => {
  const red = `${esc}[31mabcdefgh${esc}[39m`;
  assert.equal(widthOf(red), 8);
  assert.equal(fitLine(red, 8), red);
  assert.equal(fitLine(red, 5), `${esc}[31mabcd${esc}[39m…`);
});

test("tables align their columns, colours not counted", () => {
  assert.deepEqual(
    formatTable([
      ["a", "1"],
      [`${esc}[31mbcd${esc}[39m`, "22"],
      ["", "3"],
    ]),
    ["a    1", `${esc}[31mbcd${esc}[39m  22`, "     3"],
  );
});

test("sparklines scale to their maximum, and gauges to their width", () => {
  assert.equal(sparkline([0, 50, 100], 10), "▁▅█");
  assert.equal(sparkline([0, 50, 100], 2, 200), "▃▅");
  assert.equal(sparkline([0, 0], 5), "▁▁");
  assert.equal(sparkline([1, 2, 3], 0), "");
  assert.equal(gauge(0.5, 4), "██░░");
  assert.equal(gauge(7, 3), "███");
});
