import type { Region } from "./world.ts";

export function stepCapacityProviders(_region: Region, _now: number): void {}
