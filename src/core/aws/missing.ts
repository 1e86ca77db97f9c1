import { isAwsError } from "../errors.ts";

/** The answer, or undefined when AWS says by one of these error names that there is no such thing. */
export async function unlessMissing<T>(answer: Promise<T>, ...names: string[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isAwsError(error, ...names)) return undefined;
    throw error;
  }
}
