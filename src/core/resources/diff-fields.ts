import { isDeepStrictEqual } from "node:util";
import { ownerTag, type Change } from "../plan/resource.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** AWS says "nothing" in many ways: null, undefined, an empty list, an empty map. All are undefined here. */
function normalize(value: unknown): unknown {
  if (value == null || value === "") return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(normalize);
  if (typeof value !== "object") return value;
  const entries = Object.entries(value)
    .map(([key, inner]) => [key, normalize(inner)] as const)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** One change for each wanted field that differs; `replace` names the fields that AWS cannot change in place. */
export function diffFields(wanted: Fields, live: Fields | undefined, replace: readonly string[] = []): Change[] {
  const changes: Change[] = [];
  for (const path of Object.keys(wanted)) {
    const to = normalize(wanted[path]);
    const from = normalize(live?.[path]);
    if (isDeepStrictEqual(from, to)) continue;
    const change: Change = { path };
    if (from !== undefined) change.from = from;
    if (to !== undefined) change.to = to;
    if (live && replace.includes(path)) change.replace = true;
    changes.push(change);
  }
  return changes;
}

/** Tags that are missing or different. Tags that others put there stay. For a new thing: all but our own mark. */
export function diffTags(
  wanted: Readonly<Record<string, string>>,
  live: Readonly<Record<string, string>> | undefined,
): Change[] {
  return Object.entries(wanted)
    .filter(([key, value]) => (live ? live[key] !== value : key !== ownerTag))
    .map(([key, to]) =>
      live?.[key] === undefined ? { path: `tags.${key}`, to } : { path: `tags.${key}`, from: live[key], to },
    );
}
