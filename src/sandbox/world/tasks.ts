import type { Region } from "./world.ts";

export function stepTasks(_region: Region, _now: number): void {}
