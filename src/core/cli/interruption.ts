import { EcsctlError, ExitCode } from "../errors.ts";
import type { Emit } from "../events.ts";

/** Ctrl-C and SIGTERM of this process. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** 130 or 143 once interrupted. */
  readonly exitCode: ExitCode | undefined;
  /** What to throw in place of the error that the abort caused; undefined when nobody interrupted. */
  explain(error: unknown): Error | undefined;
  close(): void;
}

const codes = { SIGINT: ExitCode.interrupted, SIGTERM: ExitCode.terminated } as const;
type Name = keyof typeof codes;

/** First signal: abort, and let the call in flight finish. Second: leave at once. */
export function listenForSignals(emit: Emit): Interruption {
  const controller = new AbortController();
  let received: Name | undefined;
  const onSignal = (name: Name): void => {
    if (received) process.exit(codes[name]);
    received = name;
    emit({ type: "note", message: "interrupted: finishing the call in flight (once more to leave at once)" });
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    get exitCode() {
      return received && codes[received];
    },
    explain: (error) => (received ? interruptedError(received, error) : undefined),
    close() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

/** The error of a command that was stopped from outside. */
export function interruptedError(
  name: Name,
  cause?: unknown,
  hint = "The same command again goes on where this one stopped.",
): EcsctlError {
  return new EcsctlError({
    code: "Interrupted",
    message: name === "SIGINT" ? "Interrupted." : "Terminated.",
    why: cause instanceof EcsctlError ? cause.message : undefined,
    hint,
    exitCode: codes[name],
    cause,
  });
}
