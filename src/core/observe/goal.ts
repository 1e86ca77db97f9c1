import { usageError } from "../errors.ts";
import type { Snapshot } from "./snapshot.ts";

/** What `--until` waits for. `steady` and `stable` are the same thing. */
export type Until =
  | { kind: "scaled"; text: string }
  | { kind: "stable"; text: string }
  | { kind: "count"; count: number; text: string };

/** Reads `scaled`, `stable`, `steady` or `count=N`; throws a usage error that shows the grammar. */
export function parseUntil(text: string): Until {
  if (text === "scaled") return { kind: "scaled", text };
  if (text === "stable" || text === "steady") return { kind: "stable", text };
  const count = /^count=(\d+)$/.exec(text)?.[1];
  if (count !== undefined) return { kind: "count", count: Number(count), text };
  throw usageError({
    code: "InvalidUntil",
    message: `--until ${text}: expected scaled, stable (or steady) or count=N.`,
    hint: "For example: --until count=3",
  });
}

/** As many tasks run as should, none is on its way, and no rollout is under way. */
export function isSettled({ service }: Snapshot): boolean {
  return (
    service.running === service.desired &&
    service.pending === 0 &&
    service.deployments <= 1 &&
    service.rollout === "COMPLETED"
  );
}

/** A function that is given snapshot after snapshot and says whether the goal is reached. Without a goal: never. */
export function goalOf(until: Until | undefined): (snapshot: Snapshot) => boolean {
  let first: Snapshot | undefined;
  return (snapshot) => {
    first ??= snapshot;
    const { running, desired } = snapshot.service;
    switch (until?.kind) {
      case undefined:
        return false;
      case "count":
        return running === until.count && desired === until.count;
      case "stable":
        return isSettled(snapshot);
      case "scaled":
        return desired !== first.service.desired && running === desired;
    }
  };
}
