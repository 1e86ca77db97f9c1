import type { Region } from "./world.ts";

export function stepGroups(_region: Region, _now: number): void {}
