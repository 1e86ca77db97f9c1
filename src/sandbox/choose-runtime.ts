import { detectEngine } from "./runtime/container-engine.ts";
import { DockerRuntime } from "./runtime/docker.ts";
import { ProcessRuntime } from "./runtime/process.ts";
import type { Runtime } from "./runtime/runtime.ts";
import type { RuntimeParts } from "./sandbox.ts";

export type RuntimeChoice = "auto" | "docker" | "process";

/** Decides what tasks are: containers where an engine answers, else processes. Throws when `docker` is asked for in vain. */
export async function chooseRuntime(
  choice: RuntimeChoice,
  { dir, log }: { dir: string; log: (message: string) => void },
): Promise<(parts: RuntimeParts) => Runtime> {
  const engine = choice === "process" ? undefined : await detectEngine();
  if (engine) {
    log(`tasks are containers of the engine at ${engine.socketPath}`);
    return (parts) => new DockerRuntime({ ...parts, engine, dir });
  }
  if (choice === "docker")
    throw Object.assign(new Error("no container engine answers (Docker or Podman, on a local socket)."), {
      code: "NoEngine",
    });
  return ({ registry }) => new ProcessRuntime({ registry, dir });
}
