// CPU load on purpose, in a thread of its own: the server goes on answering (health checks too) meanwhile.
import { Worker, isMainThread, workerData } from "node:worker_threads";

let until = 0;
let worker;

/** Keeps one CPU busy for that many seconds from now; asked again meanwhile, it only goes on for longer. */
export function burnCpu(seconds) {
  until = Math.max(until, Date.now() + seconds * 1000);
  worker ??= startWorker();
  return new Date(until);
}

function startWorker() {
  const started = new Worker(new URL(import.meta.url), { workerData: { until } });
  started.once("exit", () => {
    worker = until > Date.now() ? startWorker() : undefined;
  });
  started.once("error", (error) => console.error(error));
  return started;
}

if (!isMainThread && workerData?.until) {
  let value = 0;
  while (Date.now() < workerData.until) for (let step = 0; step < 10_000; step++) value = Math.sqrt(value + step);
}
