import { ApiError } from "../../wire/api.ts";

/** Refuses an id that is no id of that kind, with the code that EC2 uses for it (`InvalidGroupId.Malformed`). */
export function requireIdShape(id: string, prefix: string, code: string): void {
  if (new RegExp(`^${prefix}([0-9a-f]{8}|[0-9a-f]{17})$`).test(id)) return;
  throw new ApiError(code, `Invalid id: "${id}"${id.startsWith(prefix) ? "" : ` (expecting "${prefix}...")`}`);
}

export function missingParameter(name: string): ApiError {
  return new ApiError("MissingParameter", `The request must contain the parameter ${name}`);
}

/** What of `found` the client named and does not exist is refused, in EC2's words for one and for many. */
export function requireAll(asked: readonly string[], found: (id: string) => boolean, code: string, kind: string): void {
  const missing = asked.filter((id) => !found(id));
  if (missing.length === 1) throw new ApiError(code, `The ${kind} '${missing[0]}' does not exist`);
  if (missing.length > 1) throw new ApiError(code, `The ${kind}s '${missing.join(", ")}' do not exist`);
}
