import { explainAwsError } from "../aws/explain-error.ts";
import { EcsctlError } from "../errors.ts";

/** What was found out, or why it could not be. */
export interface Outcome {
  status: "ok" | "failed" | "skipped";
  /** One sentence: what was found; for `skipped`, why it was not looked at. */
  detail: string;
  /** What to do about it. */
  hint?: string | undefined;
}

/** One line of `doctor`. */
export interface Check extends Outcome {
  name: string;
}

export const ok = (detail: string, hint?: string): Outcome => ({ status: "ok", detail, hint });
export const failed = (detail: string, hint?: string): Outcome => ({ status: "failed", detail, hint });
export const skipped = (detail: string, hint?: string): Outcome => ({ status: "skipped", detail, hint });

/** Looks at one thing. An error is an outcome too, so that the other checks go on; only an interruption ends them. */
export async function check(name: string, signal: AbortSignal, look: () => Promise<Outcome> | Outcome): Promise<Check> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    signal.throwIfAborted();
    return { name, ...outcomeOf(error) };
  }
}

function outcomeOf(error: unknown): Outcome {
  const explained = error instanceof EcsctlError ? error : explainAwsError(error);
  if (!explained) return failed(error instanceof Error ? error.message : String(error));
  const { message, why, hint } = explained;
  return failed(explained.code === "AccessDenied" || !why ? message : `${message} ${why}`, hint);
}

/** True for AWS's "you may not". */
export const isRefusal = (error: unknown): boolean => explainAwsError(error)?.code === "AccessDenied";

/** What only doctor asks for and may not: no fault of the setup. */
export function skipWhenRefused(error: unknown): Outcome {
  if (!isRefusal(error)) throw error;
  const explained = explainAwsError(error);
  return skipped(explained?.message ?? "AWS refused it.", explained?.hint);
}
