import assert from "node:assert/strict";
import { test } from "node:test";
import { describeGenerator, type GeneratorFacts } from "../../../src/core/loadtest/describe-generator.ts";
import { Recorder } from "../../../src/core/loadtest/recorder.ts";

const target = { task: "one", url: "http://127.0.0.1:1/" };
const calm = { busy: 0.2, delayP99: 0.4, delayMax: 3 };

function describe(latencies: readonly number[], facts: Partial<GeneratorFacts> = {}) {
  const recorder = new Recorder();
  for (const ms of latencies) recorder.answered(recorder.of(target), ms);
  return describeGenerator({ recorder, maxInFlight: null, threads: [calm], cpuPercent: 20, warmup: null, ...facts });
}

const steady = Array.from({ length: 1000 }, (_, index) => 4 + (index % 5));

test("a calm generator is no bottleneck; a busy thread and a late event loop are", () => {
  assert.equal(describe(steady).generator.bottleneck, null);
  const busy = describe(steady, { threads: [calm, { ...calm, busy: 0.97 }] });
  assert.match(busy.generator.bottleneck ?? "", /at work 97 % of the time/);
  const late = describe(steady, { threads: [{ ...calm, delayP99: 30 }] });
  assert.match(late.generator.bottleneck ?? "", /event loop came 30 ms late/);
  const drowned = describe(
    steady.map((ms) => ms * 1000),
    { threads: [{ ...calm, delayP99: 30 }] },
  );
  assert.equal(drowned.generator.bottleneck, null, "30 ms of 8 s are not what the figures tell of");
});

test("a schedule that is not kept is the generator's doing", () => {
  const recorder = new Recorder();
  for (let index = 0; index < 100; index++) recorder.sent(index < 5 ? 50 : 0.1);
  for (const ms of steady) recorder.answered(recorder.of(target), ms * 100);
  const { generator, openLoop } = describeGenerator({
    recorder,
    maxInFlight: 10,
    threads: [{ ...calm, delayP99: 20 }],
    cpuPercent: 0,
    warmup: null,
  });
  assert.match(generator.bottleneck ?? "", /5 % of the requests left late/);
  assert.deepEqual([openLoop?.late, openLoop?.maxInFlight, openLoop?.sendingLate.max], [5, 10, 50]);
});

test("a schedule that is not kept because the service is slow is the service's doing", () => {
  const recorder = new Recorder();
  for (let index = 0; index < 100; index++) recorder.sent(index < 50 ? 500 : 0.1, index < 50);
  const facts = { recorder, maxInFlight: 10, threads: [{ ...calm, delayP99: 20 }], cpuPercent: 0, warmup: null };
  for (const ms of steady) recorder.answered(recorder.of(target), ms * 100);
  const { generator, openLoop } = describeGenerator(facts);
  assert.equal(generator.bottleneck, null);
  assert.deepEqual([openLoop?.late, openLoop?.waited], [50, 50]);
});

test("a stall is corrected, named with its interval; a distribution without one, and the open loop, are not", () => {
  assert.equal(describe(steady).corrected, null);
  const { corrected } = describe([...steady, 1000]);
  assert.ok(corrected && corrected.p99 > 300 && Math.abs(corrected.expectedIntervalMs - 6) < 0.1);
  assert.equal(describe([...steady, 1000], { maxInFlight: 10 }).corrected, null);
  assert.equal(describe([1, 1000]).corrected, null, "too few to say what is usual");
});
