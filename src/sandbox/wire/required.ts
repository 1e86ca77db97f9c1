import { ApiError, type Protocol } from "./api.ts";
import type { Members, Shape } from "./codecs.ts";
import type { ServiceModel } from "./model.ts";

/** Where schemas keep how many members, counted from the front, are required. */
const requiredSlot = 6;

/** The path of the first required member that is missing, as AWS writes paths: `tags.1.member.key`. */
export function findMissing(shape: Shape, value: unknown, path = ""): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (shape.isListSchema() && Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const missing = findMissing(shape.getValueSchema(), item, `${path}${index + 1}.member.`);
      if (missing) return missing;
    }
  } else if (shape.isStructSchema()) return findMissingMember(shape, value as Members, path);
  return undefined;
}

function findMissingMember(shape: Shape, value: Members, path: string): string | undefined {
  const schema: unknown = shape.getSchema();
  const required = Array.isArray(schema) ? Number(schema[requiredSlot] ?? 0) : 0;
  let position = 0;
  for (const [name, member] of shape.structIterator()) {
    if (position++ < required && (value[name] === undefined || value[name] === null)) return path + name;
    const missing = findMissing(member, value[name], `${path}${name}.`);
    if (missing) return missing;
  }
  return undefined;
}

const lowerFirst = (path: string): string =>
  path.replace(/(^|\.)([A-Z])/g, (_match, dot: string, letter: string) => dot + letter.toLowerCase());

/** The refusal of a request without a required member, in the code and words of that service. */
export function missingError(model: ServiceModel, operation: string, protocol: Protocol, path: string): ApiError {
  if (protocol === "ec2") return new ApiError("MissingParameter", `The request must contain the parameter ${path}`);
  const constraint =
    `1 validation error detected: Value null at '${lowerFirst(path)}' ` +
    "failed to satisfy constraint: Member must not be null";
  if (model.signingName === "ecs")
    return operation === "RegisterTaskDefinition"
      ? new ApiError("ClientException", `${path} should not be null or empty.`)
      : new ApiError("InvalidParameterException", `${path} should not be null or empty.`);
  if (model.signingName === "ecr")
    return new ApiError(
      "InvalidParameterException",
      `Invalid parameter at '${path}' failed to satisfy constraint: 'Member must not be null'`,
    );
  if (model.signingName === "logs") return new ApiError("InvalidParameterException", constraint);
  if (model.signingName === "monitoring") return new ApiError("MissingParameter", `The parameter ${path} is required.`);
  return new ApiError(protocol === "query" ? "ValidationError" : "ValidationException", constraint);
}
