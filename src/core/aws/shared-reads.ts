import type { Aws } from "./aws.ts";

/**
 * The same client, but who asks the same thing again gets the same answer. For a moment's picture of what there is
 * (a plan), never for waiting or after a change.
 */
export function shareReads(aws: Aws): Aws {
  const asked = new Map<string, Promise<unknown>>();
  const send = aws.call.bind(aws) as (...args: unknown[]) => Promise<unknown>;
  const call = (...args: unknown[]): Promise<unknown> => {
    const [service, operation, input] = args;
    // The order in which somebody names the parameters makes no other question.
    const sorted = Object.entries((input ?? {}) as object).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([service, operation, sorted]);
    const known = asked.get(key);
    if (known) return known;
    const answer = send(...args);
    asked.set(key, answer);
    return answer;
  };
  return Object.create(aws, { call: { value: call } }) as Aws;
}
