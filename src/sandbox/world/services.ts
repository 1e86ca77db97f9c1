import type { Region } from "./world.ts";

export function stepServices(_region: Region, _now: number): void {}
