import { pathKey, type Path, type Tree } from "./document.ts";
import type { Provenance } from "./project.ts";
import { showPath } from "./apply-schema.ts";
import type { Config } from "./schema.ts";

/** A top-level value that a flag or a variable sets in place of the file. */
export interface Override {
  path: keyof Config;
  value: string;
  /** `--region` or `AWS_REGION`. */
  source: string;
}

/** Where each value came from: a flag or variable, `file:line:column` with environment and variables, or `default`. */
export function traceSources(config: Config, tree: Tree, file: string, overrides: readonly Override[]): Provenance {
  const sources: Record<string, string> = {};
  for (const path of leaves(config, [])) {
    const place = tree.places.get(pathKey(path));
    const notes = [
      ...(place?.environment === undefined ? [] : [`environments.${place.environment}`]),
      ...(place?.variables ?? []).map((name) => `\${${name}}`),
    ];
    const note = notes.length === 0 ? "" : ` (${notes.join(", ")})`;
    sources[showPath(path)] = place ? `${file}:${place.value.line}:${place.value.column}${note}` : "default";
  }
  for (const { path, source } of overrides) sources[path] = source;
  return sources;
}

function leaves(value: unknown, path: Path): Path[] {
  if (typeof value !== "object" || value === null) return value === undefined ? [] : [path];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, child]) => leaves(child, [...path, key]));
}
