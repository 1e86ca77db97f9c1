import type { FailureKind } from "./failure.ts";
import type { PackedLatencies } from "./latencies.ts";
import type { Target } from "./target-set.ts";

/** Parts of the time that are measured apart, and how late requests left. */
export type PartName = "connect" | "firstByte" | "lag";
export const partNames = ["connect", "firstByte", "lag"] as const;

/** What one thread has counted since it was last asked. */
export interface Slice {
  targets: { target: Target; requests: number; errors: number; latencies: PackedLatencies }[];
  byKind: { kind: FailureKind; count: number; example: string }[];
  statuses: number[];
  late: number;
  waited: number;
  dropped: number;
  parts: Record<PartName, PackedLatencies>;
}
