import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { ReadStream } from "node:tty";
import { listenForQuit } from "../../../src/core/cli/quit-key.ts";

/** A terminal's input that notes whether it is raw. */
function openTerminal(isTTY: boolean) {
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: (on: boolean) => raw.push(on) });
  return { raw, input, stream: input as unknown as ReadStream };
}

const aborted = (signal: AbortSignal) => new Promise<void>((done) => signal.addEventListener("abort", () => done()));

test("q ends it, other keys do not, and the terminal is as it was", async () => {
  const { raw, input, stream } = openTerminal(true);
  const quit = listenForQuit(stream, true);
  const end = aborted(quit.signal);
  input.write("abc");
  input.write("xq");
  await end;
  quit.close();
  assert.deepEqual(raw, [true, false]);
  assert.equal(input.listenerCount("data"), 0);
  assert.ok(input.isPaused());
});

test("Ctrl-C interrupts as it does without us", async (t) => {
  const { input, stream } = openTerminal(true);
  const sent: unknown[] = [];
  const told = new Promise<void>((done) => {
    t.mock.method(process, "kill", (_pid: number, name: string) => {
      sent.push(name);
      done();
      return true;
    });
  });
  const quit = listenForQuit(stream, true);
  input.write("\u0003");
  await told;
  quit.close();
  assert.deepEqual(sent, ["SIGINT"]);
  assert.equal(quit.signal.aborted, false);
});

test("without a terminal, or where nobody looks on, input is left alone", () => {
  for (const [isTTY, wanted] of [
    [false, true],
    [true, false],
  ] as const) {
    const { raw, input, stream } = openTerminal(isTTY);
    listenForQuit(stream, wanted).close();
    assert.deepEqual(raw, []);
    assert.equal(input.listenerCount("data"), 0);
  }
});
