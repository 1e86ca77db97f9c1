import type { Slice } from "./slice.ts";
import type { SelfFigures } from "./self-watch.ts";
import type { Target } from "./target-set.ts";

/** What a thread is told. */
export type ToThread = { kind: "targets"; targets: readonly Target[] } | { kind: "reset" } | { kind: "stop" };

/** What a thread tells. */
export type FromThread =
  | { kind: "slice"; slice: Slice; self: SelfFigures }
  | { kind: "reset" }
  | { kind: "lost"; target: Target };
