import type { Simulation } from "../operations/simulate-scaling.ts";

export async function renderSimulationPage(_simulation: Simulation): Promise<string> {
  return "";
}
