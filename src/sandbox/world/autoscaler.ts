import type { Region } from "./world.ts";

export function stepAutoscaler(_region: Region, _now: number): void {}
