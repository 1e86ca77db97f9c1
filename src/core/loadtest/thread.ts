import { parentPort, workerData } from "node:worker_threads";
import { type AttackPlan, Attacker } from "./attacker.ts";
import { Recorder } from "./recorder.ts";
import { SelfWatch } from "./self-watch.ts";
import type { FromThread, ToThread } from "./thread-messages.ts";

/** One of several threads of a load: it sends its part, and hands on what it counted. */

/** Local ms between two slices. */
const everyMs = 200;

const recorder = new Recorder();
const self = new SelfWatch();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has no origin
const tell = (message: FromThread): void => parentPort?.postMessage(message);
const attacker = new Attacker(workerData as AttackPlan, recorder, {
  onLost: (target) => tell({ kind: "lost", target }),
});
const tellSlice = (): void => tell({ kind: "slice", slice: recorder.takeSlice(), self: self.figures() });
const timer = setInterval(tellSlice, everyMs);

parentPort?.on("message", (message: ToThread) => {
  if (message.kind === "targets") attacker.setTargets(message.targets);
  else if (message.kind === "stop") void attacker.stop();
  else {
    recorder.reset();
    self.reset();
    tell({ kind: "reset" });
  }
});

await attacker.done;
clearInterval(timer);
tellSlice();
self.close();
parentPort?.close();
