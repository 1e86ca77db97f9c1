/** The table "Exit codes" of README.md. */
export const ExitCode = {
  done: 0,
  internal: 1,
  usage: 2,
  config: 3,
  aws: 4,
  deploymentFailed: 5,
  gaveUp: 6,
  objectiveMissed: 7,
  changesPending: 10,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface ErrorParts {
  /** Stable, PascalCase, for scripts: `ImageNotFound`, `UnknownKey`. */
  code: string;
  /** What happened, one sentence, naming the resource, file:line:column or flag. */
  message: string;
  /** Why it happened, when that is known. */
  why?: string | undefined;
  /** What to do about it: a command to type or a line to change. */
  hint?: string | undefined;
  /** Where to read on. */
  docs?: string | undefined;
  exitCode: ExitCode;
  cause?: unknown;
}

/** An error that a person is meant to read: what, why, what to do. Everything else that is thrown is a fault of ours. */
export class EcsctlError extends Error {
  readonly code: string;
  readonly why: string | undefined;
  readonly hint: string | undefined;
  readonly docs: string | undefined;
  readonly exitCode: ExitCode;

  constructor(parts: ErrorParts) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = "EcsctlError";
    this.code = parts.code;
    this.why = parts.why;
    this.hint = parts.hint;
    this.docs = parts.docs;
    this.exitCode = parts.exitCode;
  }
}

type Parts = Omit<ErrorParts, "exitCode">;

/** A flag or argument is missing or malformed (exit 2). */
export const usageError = (parts: Parts): EcsctlError => new EcsctlError({ ...parts, exitCode: ExitCode.usage });
/** Something in `ecsctl.yaml`, a Dockerfile or the environment is wrong (exit 3). */
export const configError = (parts: Parts): EcsctlError => new EcsctlError({ ...parts, exitCode: ExitCode.config });
/** AWS refused, or the account cannot do what was asked (exit 4). */
export const awsError = (parts: Parts): EcsctlError => new EcsctlError({ ...parts, exitCode: ExitCode.aws });
/** The revision asked for is not the one running at the end (exit 5). */
export const deploymentError = (parts: Parts): EcsctlError =>
  new EcsctlError({ ...parts, exitCode: ExitCode.deploymentFailed });
/** Waiting ended without the thing waited for (exit 6). */
export const gaveUpError = (parts: Parts): EcsctlError => new EcsctlError({ ...parts, exitCode: ExitCode.gaveUp });
/** A load-test objective or `--until` was not met (exit 7). */
export const objectiveError = (parts: Parts): EcsctlError =>
  new EcsctlError({ ...parts, exitCode: ExitCode.objectiveMissed });

/** True for an SDK error (or any error) of that name: `isAwsError(e, "ClusterNotFoundException")`. */
export function isAwsError(error: unknown, ...names: string[]): error is Error {
  return error instanceof Error && names.includes(error.name);
}
