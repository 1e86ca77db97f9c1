import type { SetCountResult } from "../operations/set-desired-count.ts";
import type { SetRangeResult } from "../operations/set-scaling-range.ts";
import type { SuspendResult } from "../operations/suspend-scaling.ts";
import { nextCommands } from "./next.ts";

const tasks = (count: number): string => `${count} task${count === 1 ? "" : "s"}`;

/** The number of tasks, who may change it, and when it goes back. */
export function formatSetCount({ desired, target, until, putsBack }: SetCountResult): string {
  const change =
    desired.from === desired.to ? `Still ${tasks(desired.to)}` : `From ${desired.from} to ${tasks(desired.to)}`;
  const rest =
    until && putsBack
      ? `held until ${until}; AWS then puts the limits back to ${putsBack.min} to ${putsBack.max}${putsBack.desired === null ? "" : ` and the number to ${putsBack.desired}`}.`
      : target
        ? `policies go on from there, between ${target.min} and ${target.max}.`
        : "the next deploy sets it to service.desiredCount again.";
  const next = until ? ([["ecsctl scale range MIN MAX", "end the hold before that"]] as const) : [];
  return [
    `${change}; ${rest}`,
    "",
    nextCommands([["ecsctl watch --until stable", "see the tasks come and go"], ...next]),
  ].join("\n");
}

/** The limits, and what they were. */
export function formatSetRange({ target, was, endedHold }: SetRangeResult): string {
  const before = was
    ? was.min === target.min && was.max === target.max
      ? "as before"
      : `before: ${was.min} to ${was.max}`
    : "new";
  return [
    `Between ${target.min} and ${tasks(target.max)} (${before}); it is in ecsctl.yaml too.${endedHold ? " The hold of `scale set --for` has ended." : ""}`,
    "",
    nextCommands([["ecsctl scale policy list", "what scales in between"]]),
  ].join("\n");
}

const words = { out: "scaling out", in: "scaling in", scheduled: "schedules" } as const;

/** What is suspended and what goes on. */
export function formatSuspended({ suspended, was }: SuspendResult): string {
  const state =
    suspended.length === 0
      ? "Nothing is suspended: the service scales."
      : `Suspended: ${suspended.map((way) => words[way]).join(", ")}.`;
  const changed = suspended.join() === was.join() ? " It was so before." : "";
  const next =
    suspended.length === 0
      ? (["ecsctl watch", "see it scale"] as const)
      : (["ecsctl scale resume", "let it go on"] as const);
  return [`${state}${changed}`, "", nextCommands([next])].join("\n");
}
