import { existsSync } from "node:fs";
import path from "node:path";

/** The programs that the sandbox starts as processes of their own. */
export type ChildName = "static-task" | "node-task" | "watchdog";

/** The child's file: beside this one in a checkout, in `sandbox/runtime/` of the bundle in a release. */
export function childEntry(name: ChildName): string {
  const extension = path.extname(import.meta.filename);
  for (let dir = import.meta.dirname; dir !== path.dirname(dir); dir = path.dirname(dir)) {
    const file = path.join(dir, "sandbox", "runtime", name + extension);
    if (existsSync(file)) return file;
  }
  throw new Error(`sandbox/runtime/${name}${extension} is missing from this installation`);
}
