import { isMap, isSeq, parse, type YAMLMap } from "yaml";
import { parseMap } from "./edit.ts";
import type { Project } from "./project.ts";

/** Where a `scaling` block stands: the file's own, or an environment's. */
export type ScalingPath = readonly [string, ...string[]];

export type Policy = Record<string, unknown>;
export type Scaling = { policies?: Policy[] | null } & Record<string, unknown>;

export interface Limits {
  min: number;
  max: number;
}

export const fileScaling: ScalingPath = ["scaling"];

/** What the block says; undefined if there is none. */
export function scalingOf(text: string, path = fileScaling): Scaling | undefined {
  try {
    const found = path.reduce<unknown>(
      (at, key) => (typeof at === "object" && at !== null ? (Reflect.get(at, key) as unknown) : undefined),
      parse(text),
    );
    return (found as Scaling | null | undefined) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The environment's block, if it has one. */
function findOwn(text: string, environment: string | undefined): { path: ScalingPath; block: YAMLMap } | undefined {
  if (environment === undefined) return undefined;
  const path: ScalingPath = ["environments", environment, "scaling"];
  const block: unknown = parseMap(text)?.getIn(path);
  return isMap(block) ? { path, block } : undefined;
}

/** Where a policy counts: an environment's list replaces the file's, and a file without `scaling` has none to add to. */
export function placePolicies(text: string, environment: string | undefined): ScalingPath {
  const own = findOwn(text, environment);
  return own && (isSeq(own.block.get("policies")) || !scalingOf(text)) ? own.path : fileScaling;
}

/** Where the limits count. An environment with `scaling` of its own gets what it says already, or what is different there. */
export function placeLimits(
  text: string,
  { environment, config }: Project,
  { min, max }: Limits,
): { path: ScalingPath; range: Partial<Limits> } {
  const own = findOwn(text, environment);
  if (!own) return { path: fileScaling, range: { min, max } };
  const isTold = (key: "min" | "max", value: number): boolean => own.block.has(key) || config.scaling?.[key] !== value;
  return { path: own.path, range: { ...(isTold("min", min) && { min }), ...(isTold("max", max) && { max }) } };
}
