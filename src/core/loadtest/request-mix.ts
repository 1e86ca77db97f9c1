import type { Dispatcher } from "undici";

/** What a request looks like; prepared once. */
export interface RequestShape {
  method: string;
  /** Replaces the path of the target's URL when given. */
  path?: string | undefined;
  /** Names and values in turn. */
  headers: string[];
  body?: string | Uint8Array | undefined;
}

/** One of several paths: of all weights together, this share of the requests. */
export interface WeightedPath {
  path: string;
  weight: number;
}

/** Everything that requests have in common, as plain data: it goes to threads as it is. */
export interface RequestPlan {
  shape: RequestShape;
  /** In place of the shape's path; empty for none. */
  paths: readonly WeightedPath[];
  /** False for a new connection for each request. */
  keepAlive: boolean;
  /** True to accept any certificate. */
  insecure: boolean;
}

/**
 * Spreads paths by weight as evenly as can be: of 3 a and 1 b it makes a a b a, so that each stretch of the load has the
 * same mix. Gives one round.
 */
export function weave(paths: readonly WeightedPath[]): string[] {
  const total = paths.reduce((sum, { weight }) => sum + weight, 0);
  const credit = paths.map(() => 0);
  return Array.from({ length: total }, () => {
    let best = 0;
    for (const [index, { weight }] of paths.entries()) {
      credit[index]! += weight;
      if (credit[index]! > credit[best]!) best = index;
    }
    credit[best]! -= total;
    return paths[best]!.path;
  });
}

/** One round of what undici is told for a target. */
export function prepareRequests({ shape, paths, keepAlive }: RequestPlan, url: string): Dispatcher.DispatchOptions[] {
  const { pathname, search } = new URL(url);
  const round = paths.length > 0 ? weave(paths) : [shape.path ?? `${pathname}${search}`];
  return round.map((path) => ({
    path,
    method: shape.method,
    headers: shape.headers,
    body: shape.body ?? null,
    // `connection: close`, and a new connection for the next one.
    ...(keepAlive ? {} : { reset: true }),
  }));
}
