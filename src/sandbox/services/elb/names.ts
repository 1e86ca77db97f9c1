import { validationError } from "./errors.ts";

/** The rules for names of load balancers and target groups, which AWS checks in this order. */
export function checkName(kind: "Load balancer" | "Target group", name = ""): string {
  if (name.length > 32) throw validationError(`${kind} name '${name}' cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(name))
    throw validationError(
      `${kind} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  if (name.startsWith("-") || name.endsWith("-"))
    throw validationError(`${kind} name '${name}' cannot begin or end with '-'`);
  if (kind === "Load balancer" && name.startsWith("internal-"))
    throw validationError(`${kind} name '${name}' cannot begin with 'internal-'`);
  return name;
}
