/**
 * Outlives the sandbox by a moment: when its standard input closes, however the sandbox ended, it removes the
 * containers and the network of that run and the images pulled for them. Its arguments are the engine's socket, the label and the
 * address of the sandbox's registry.
 */
import { setTimeout as pause } from "node:timers/promises";
import { ContainerEngine } from "./container-engine.ts";
import { removeLeftovers, removePulledImages } from "./leftovers.ts";
import { removeNetworks } from "./task-network.ts";

/** The engine may still be making a container that the sandbox asked for just before it ended. */
const passes = 4;
const betweenMs = 500;

const [socketPath = "", label = "", endpoint = ""] = process.argv.slice(2);

async function clean(): Promise<void> {
  const engine = new ContainerEngine(socketPath);
  for (let pass = 0; pass < passes; pass++) {
    await removeLeftovers(engine, label).catch(() => 0);
    await pause(betweenMs);
  }
  await removeNetworks(engine, label).catch(() => {});
  await removePulledImages(engine, endpoint).catch(() => {});
}

// A terminal's Ctrl-C is meant for the sandbox, which then closes the pipe.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
process.stdin.on("end", () => void clean().finally(() => process.exit(0)));
process.stdin.on("error", () => void clean().finally(() => process.exit(0)));
process.stdin.resume();
