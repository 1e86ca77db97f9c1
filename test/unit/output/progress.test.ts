import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Event } from "../../../src/core/events.ts";
import { openLines } from "../../../src/core/output/progress.ts";
import type { Screen } from "../../../src/core/output/screen.ts";
import { formatSeconds, openSpinner } from "../../../src/core/output/spinner.ts";

function fakeScreen(): Screen & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    json: false,
    interactive: false,
    columns: 80,
    out: () => assert.fail("progress is not for stdout"),
    err: (text) => void lines.push(text),
    style: (_format, text) => text,
  };
}

const step = (id: string, status: "started" | "done" | "skipped" | "failed", more: object = {}): Event => ({
  type: "step",
  id,
  title: `cluster ${id}`,
  action: "create",
  status,
  ...more,
});

describe("progress without a terminal", () => {
  const render = (...events: Event[]): string[] => {
    const screen = fakeScreen();
    const lines = openLines(screen, () => new Date("2026-01-02T03:04:05Z"));
    for (const event of events) lines.onEvent(event);
    lines.close();
    return screen.lines;
  };

  it("is one timestamped line for each change", () => {
    assert.deepEqual(render(step("a", "started"), step("a", "done", { seconds: 1.25, detail: "arn" })), [
      "03:04:05 create cluster a: started",
      "03:04:05 create cluster a: done in 1.3 s (arn)",
    ]);
  });

  it("says what it waits for once, not every second", () => {
    const wait = (message: string, elapsedSeconds: number): Event => ({
      type: "waiting",
      id: "w",
      message,
      elapsedSeconds,
    });
    assert.deepEqual(render(wait("0 of 1", 0), wait("0 of 1", 1), wait("1 of 1", 2)), [
      "03:04:05 waiting: 0 of 1 (0 s)",
      "03:04:05 waiting: 1 of 1 (2 s)",
    ]);
  });

  it("puts what belongs to a reason below its line, once", () => {
    const wait = (task: string, elapsedSeconds: number): Event => ({
      type: "waiting",
      id: "w",
      message: "0 of 1",
      reason: `task ${task} stopped\nits last log lines:\n  boom`,
      elapsedSeconds,
    });
    assert.deepEqual(render(wait("a", 0), wait("a", 1), wait("b", 2)), [
      "03:04:05 waiting: 0 of 1: task a stopped (0 s)\n         its last log lines:\n           boom",
      "03:04:05 waiting: 0 of 1: task b stopped (2 s)",
    ]);
  });

  it("tells long things by the quarter", () => {
    const events = Array.from({ length: 101 }, (_, done): Event => {
      return { type: "progress", id: "p", message: "push", done, total: 100 };
    });
    assert.deepEqual(
      render(...events).map((line) => line.slice(9)),
      ["push: 0 %", "push: 25 %", "push: 50 %", "push: 75 %", "push: 100 %"],
    );
  });

  it("gives warnings with their hints and leaves data to others", () => {
    assert.deepEqual(
      render({ type: "warning", message: "open", hint: "narrow it" }, { type: "data", kind: "x", data: 1 }),
      ["03:04:05 warning: open (narrow it)"],
    );
  });
});

describe("progress on a terminal", () => {
  it("keeps what is done and shows what runs", async () => {
    const screen = fakeScreen();
    const spinner = {
      text: "",
      isSpinning: false,
      start: () => (spinner.isSpinning = true),
      stop: () => (spinner.isSpinning = false),
    };
    const loaded = Promise.resolve(spinner);
    const progress = openSpinner(screen, () => loaded);
    progress.onEvent(step("a", "started"));
    progress.onEvent(step("b", "started"));
    await loaded;
    await Promise.resolve();
    assert.equal(spinner.text, "create cluster a\n  create cluster b");
    assert.equal(spinner.isSpinning, true);
    progress.onEvent(step("a", "done", { seconds: 65 }));
    progress.onEvent(step("b", "failed", { detail: "no" }));
    assert.equal(spinner.isSpinning, false);
    progress.onEvent({ type: "waiting", id: "w", message: "instance", elapsedSeconds: 12 });
    assert.equal(spinner.text, "instance 12 s");
    progress.close();
    assert.equal(spinner.isSpinning, false);
    assert.deepEqual(screen.lines, ["✔ create cluster a 1 min 05 s", "✖ create cluster b (no)"]);
  });

  it("draws the end of a long reason only: what is taller than the terminal cannot be drawn in place", async () => {
    const screen = fakeScreen();
    const spinner = { text: "", isSpinning: true, start: () => true, stop: () => false };
    const loaded = Promise.resolve(spinner);
    const progress = openSpinner(screen, () => loaded);
    await loaded;
    await Promise.resolve();
    const lines = Array.from({ length: 20 }, (_, line) => `  line ${line + 1} ${"x".repeat(100)}`);
    const reason = [`task 1 stopped: ${"word ".repeat(20)}exit code 3`, "its last log lines:", ...lines].join("\n");
    progress.onEvent({ type: "waiting", id: "w", message: "0 of 1", reason, elapsedSeconds: 2 });
    const drawn = spinner.text.split("\n");
    assert.equal(drawn[0], "0 of 1 2.0 s");
    assert.match(drawn.slice(1, 3).join(" "), /task 1 stopped: .*exit code 3$/);
    assert.equal(drawn.length, 8);
    assert.match(drawn.at(-1) ?? "", /^ {4}line 20 x+…$/);
    assert.ok(drawn.every((line) => line.length < screen.columns));
    progress.close();
  });

  it("writes durations as people say them", () => {
    assert.deepEqual([0.04, 9.94, 59.4, 60, 3599].map(formatSeconds), [
      "0.0 s",
      "9.9 s",
      "59 s",
      "1 min 00 s",
      "59 min 59 s",
    ]);
  });
});
