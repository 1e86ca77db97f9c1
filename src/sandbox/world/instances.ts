import type { Region } from "./world.ts";

export function stepInstances(_region: Region, _now: number): void {}
