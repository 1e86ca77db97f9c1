import type { Region } from "./world.ts";

export function stepServiceMetrics(_region: Region, _now: number): void {}
