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

/** What was just made or changed, read back; AWS answering "no such thing" then is a fault worth a loud error. */
export async function readBack<Live>(live: Promise<Live | undefined>, what: string): Promise<Live> {
  const found = await live;
  if (found) return found;
  throw new NotVisibleYet(what);
}

/** AWS accepted something and does not show it yet: passes by itself. */
export class NotVisibleYet extends Error {
  constructor(what: string) {
    super(`AWS has accepted ${what} but does not list it.`);
    this.name = "NotVisibleYet";
  }
}
