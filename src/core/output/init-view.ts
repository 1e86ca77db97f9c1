import { relative } from "node:path";
import type { InitResult } from "../operations/init.ts";
import { nextCommands } from "./next.ts";

/** What `init` wrote, and how to go on. */
export function formatInit({ dir, files, template }: InitResult, cwd: string = process.cwd()): string {
  const near = relative(cwd, dir);
  const here = near === "";
  const folder = near.startsWith("..") ? dir : near;
  const go = here ? [] : [["cd " + folder, "where the project is"] as const];
  // The workshop's activities are those of the guided project.
  const guided = template === "flash-sale";
  return [
    `Wrote ${template === "service" ? "what your Dockerfile needs" : `the ${template} project`} to ${here ? "this folder" : folder}:`,
    ...files.map((file) => `  ${file}`),
    "",
    nextCommands([
      ...go,
      ...(guided ? [["ecsctl workshop --sandbox", "the whole journey on this computer, step by step"] as const] : []),
      ["ecsctl push", "build the image and push it to ECR"],
      ["ecsctl deploy", "make the cluster and the service, and wait for it"],
    ]),
  ].join("\n");
}
