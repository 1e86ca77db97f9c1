import type { Region } from "./world.ts";

export function stepContainerInstances(_region: Region, _now: number): void {}
