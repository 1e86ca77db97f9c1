import type { EcsctlError } from "../errors.ts";

/** Says in our words what AWS refused; undefined for what is no error of AWS. */
export function explainAwsError(_error: unknown): EcsctlError | undefined {
  return undefined;
}
