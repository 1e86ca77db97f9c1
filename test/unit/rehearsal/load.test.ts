import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EcsctlError } from "../../../src/core/errors.ts";
import { parseLoadCsv } from "../../../src/core/rehearsal/load-csv.ts";
import { parseLoad } from "../../../src/core/rehearsal/load-expression.ts";

const at = (text: string, ...seconds: number[]): number[] => {
  const { rates } = parseLoad(text);
  return seconds.map((second) => Math.round((rates[second] ?? -1) * 100) / 100);
};

const faultOf = (read: () => unknown): EcsctlError => {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof EcsctlError, String(error));
    return error;
  }
  throw new Error("nothing was wrong");
};

describe("a load in words", () => {
  test("the issue's own example: a ramp, a plateau, and half an hour after the drop", () => {
    const { rates, unit } = parseLoad("ramp 0..2000rps over 10m; hold 20m; drop");
    assert.equal(rates.length, 3600);
    assert.equal(unit, "rps");
    assert.deepEqual(
      at("ramp 0..2000rps over 10m; hold 20m; drop", 0, 300, 600, 1799, 1800, 3599),
      [0, 1000, 2000, 2000, 0, 0],
    );
  });

  const tables: [text: string, seconds: number, samples: [second: number, rate: number][]][] = [
    [
      "step 500rps 5m",
      300,
      [
        [0, 500],
        [299, 500],
      ],
    ],
    [
      "step 500 for 5m; ramp 100rps over 100s",
      400,
      [
        [299, 500],
        [350, 300],
        [399, 104],
      ],
    ],
    ["hold 2k for 10s", 10, [[5, 2000]]],
    ["step 60rpm 60s", 60, [[0, 1]]],
    [
      "step 100rps 10s; spike 900rps 5s; hold 5s",
      20,
      [
        [9, 100],
        [10, 900],
        [14, 900],
        [15, 100],
      ],
    ],
    [
      "sine 100..900rps period 1h for 6h",
      21_600,
      [
        [0, 100],
        [1800, 900],
        [3600, 100],
        [900, 500],
      ],
    ],
    ["sine 100..900rps period 20s", 20, [[10, 900]]],
    [
      "step 10rps 5s; drop to 2rps for 5s",
      10,
      [
        [4, 10],
        [5, 2],
      ],
    ],
    [
      "repeat 3 (step 10rps 5s; drop for 5s)",
      30,
      [
        [0, 10],
        [5, 0],
        [10, 10],
        [29, 0],
      ],
    ],
    [
      "repeat 2 (repeat 2 (step 1rps 1s; step 2rps 1s); step 9rps 1s)",
      10,
      [
        [0, 1],
        [1, 2],
        [4, 9],
        [5, 1],
        [9, 9],
      ],
    ],
    ["STEP 10RPS 5S", 5, [[0, 10]]],
    ["ramp 0..250% over 10s", 10, [[4, 100]]],
  ];
  for (const [text, seconds, samples] of tables)
    test(text, () => {
      assert.equal(parseLoad(text).rates.length, seconds);
      assert.deepEqual(
        at(text, ...samples.map(([second]) => second)),
        samples.map(([, rate]) => rate),
      );
    });

  test("percent of a task needs no capacity, and does not mix with requests", () => {
    assert.equal(parseLoad("ramp 0..250% over 10s").unit, "%");
    assert.match(faultOf(() => parseLoad("step 100rps 5s; step 50% 5s")).message, /cannot be mixed/);
  });

  const faults: [text: string, column: number, says: RegExp][] = [
    ["", 1, /expected a part, found the end/],
    ["rise 0..5 over 1m", 1, /expected ramp, step, hold, spike, sine, drop or repeat, found `rise`/],
    ["ramp 0..x over 1m", 9, /expected a rate .*, found `x`/],
    ["ramp 0..5rps", 13, /expected `over`, found the end/],
    ["ramp 0..5rps over soon", 19, /expected a time .*, found `soon`/],
    ["step 5rps 0s", 11, /expected a time/],
    ["step 9999999999rps 1m", 6, /a rate is at most a billion, found `9999999999rps`/],
    ["step 5rps 1m hold 2m", 14, /expected `;` between two parts, found `hold`/],
    ["repeat x (step 1rps 1s)", 8, /expected how many times/],
    ["repeat 2 step 1rps 1s", 10, /expected `\(`/],
    ["repeat 2 (step 1rps 1s", 23, /expected `\)`, found the end/],
    ["repeat 2 ()", 11, /expected a part/],
    ["step -5rps 1m", 6, /expected a rate/],
    ["step 5rps 1m; sine 1rps period 1m", 25, /expected `\.\.`/],
  ];
  for (const [text, column, says] of faults)
    test(`is refused with its column and the grammar: '${text}'`, () => {
      const fault = faultOf(() => parseLoad(text));
      assert.equal(fault.exitCode, 2);
      assert.equal(fault.code, "InvalidLoad");
      assert.match(fault.message, says);
      assert.match(fault.message, new RegExp(`column ${column}:`));
      assert.match(fault.hint ?? "", /ramp \[RATE\.\.\]RATE over TIME/);
    });

  test("more than a year is refused before memory is", () => {
    assert.match(faultOf(() => parseLoad("repeat 999999 (step 1rps 1d)")).message, /may last a year/);
  });
});

describe("a load in a CSV", () => {
  test("seconds, clock times and dates, with or without a header; straight lines between", () => {
    const plain = parseLoadCsv("time,rps\n0,100\n10,200\n20,200\n", "load.csv");
    assert.deepEqual([plain.rates.length, plain.rates[5], plain.rates[15], plain.startsAt], [20, 150, 200, undefined]);
    assert.equal(parseLoadCsv("0:00,1\n1:00,2", "l").rates.length, 60);
    const dated = parseLoadCsv("# a comment\n2026-11-22T08:00:00Z;5\n2026-11-22T09:00:00Z;5\n", "l");
    assert.deepEqual([dated.rates.length, dated.startsAt], [3600, Date.parse("2026-11-22T08:00:00Z")]);
    assert.equal(parseLoadCsv("2026-11-22 08:00:00,5\n2026-11-22 08:10:00,5", "l").startsAt, dated.startsAt);
  });

  const faults: [content: string, says: RegExp][] = [
    ["time,rps\n0,1\n", /no two lines/],
    ["0,1\nsoon,2", /load\.csv:2: `soon` is no time/],
    ["0,1\n\n10,many", /load\.csv:3: `many` is no rate/],
    ["0,1\n10", /load\.csv:2: `` is no rate/],
    ["10,1\n10,2", /load\.csv:2: its time is not after/],
    ["0,1\n2026-11-22T08:00:00Z,2", /dates and seconds are mixed/],
    ["0,1\n99999999,2", /longer than a year/],
    ["0,-5\n10,2", /`-5` is no rate/],
    ["0;99,5\n10;2", /load\.csv:1: `99,5` is no rate/],
    ["0,5,9\n10,2,9", /load\.csv:1: it has 3 values instead of two/],
    ["0,5\n10,1e400", /load\.csv:2: `1e400` is over a billion requests a second/],
  ];
  for (const [content, says] of faults)
    test(`is refused with its line: ${JSON.stringify(content)}`, () => {
      const fault = faultOf(() => parseLoadCsv(content, "load.csv"));
      assert.match(fault.message, says);
      assert.equal(fault.exitCode, 2);
    });
});
