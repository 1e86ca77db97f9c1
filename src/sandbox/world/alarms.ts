import type { Region } from "./world.ts";

export function stepAlarms(_region: Region, _now: number): void {}
