import type { Config } from "./schema.ts";
import { loadConfig, type LoadOptions } from "./load.ts";

/** Where each value came from, by its path: `sources["cluster.capacity.max"]` is `ecsctl.yaml:12:20`. */
export type Provenance = Readonly<Record<string, string>>;

/** A configuration and the folder it speaks about. */
export interface Project {
  readonly config: Config;
  /** Absolute path of `ecsctl.yaml`. */
  readonly file: string;
  /** Absolute path of its folder: relative paths in the file start here. */
  readonly dir: string;
  readonly sources: Provenance;
  /** The key of `environments` that is merged in. */
  readonly environment?: string | undefined;
}

/** Finds, reads and checks the configuration. Throws a configuration error (exit 3) that names every fault. */
export function loadProject(options: LoadOptions): Project {
  return loadConfig(options);
}
