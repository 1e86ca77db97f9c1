import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { configError } from "../errors.ts";

const names = ["ecsctl.yaml", "ecsctl.yml"];

/** The nearest `ecsctl.yaml`, here or in a parent folder. Throws `ConfigNotFound`. */
export function findConfigFile(start: string): string {
  for (let dir = start; ; dir = dirname(dir)) {
    const found = names.map((name) => join(dir, name)).find((file) => existsSync(file));
    if (found) return found;
    if (dirname(dir) === dir) break;
  }
  throw configError({
    code: "ConfigNotFound",
    message: `There is no ecsctl.yaml in ${start}, nor in a folder above it.`,
    hint: "Make one: ecsctl init\nOr name one: --config FILE",
  });
}
