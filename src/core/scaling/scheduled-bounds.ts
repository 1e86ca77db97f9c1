import type { Bounds } from "./decide-capacity.ts";

/** The bounds after a scheduled action: a new minimum above the maximum takes the maximum along, and the reverse. */
export function moveBounds(bounds: Bounds, action: { min?: number | undefined; max?: number | undefined }): Bounds {
  const min = action.min ?? Math.min(bounds.min, action.max ?? Number.POSITIVE_INFINITY);
  return { min, max: action.max ?? Math.max(bounds.max, min) };
}
