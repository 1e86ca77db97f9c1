/** Where a secret's value is, read from what `task.container.secrets` says. */
export type SecretReference =
  | { store: "ssm"; name: string; arn?: string | undefined }
  | { store: "secretsmanager"; arn: string; key?: string; stage?: string; version?: string };

const parameterArn = /^arn:[\w-]+:ssm:[a-z0-9-]+:\d{12}:parameter(\/.+)$/;
const secretArn = /^(arn:[\w-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+)(?::([^:]*):([^:]*):([^:]*))?$/;
/** A name with slashes begins with one (PutParameter, SSM API reference); so a secret's name is not taken for a parameter's. */
const parameterName = /^(?:[\w.-]+|(?:\/[\w.-]+)+)$/;

/**
 * Reads the forms that ECS knows: a parameter's name or ARN, and a secret's ARN, which `:KEY:STAGE:VERSION` may follow
 * (each of them empty for the default). Undefined for anything else.
 */
export function parseSecret(text: string): SecretReference | undefined {
  const parameter = parameterArn.exec(text)?.[1];
  // The slash that separates the name in an ARN belongs to it only where the name has more of them.
  if (parameter !== undefined)
    return { store: "ssm", name: parameter.indexOf("/", 1) < 0 ? parameter.slice(1) : parameter, arn: text };
  const [, arn, key, stage, version] = secretArn.exec(text) ?? [];
  if (arn === undefined) return parameterName.test(text) ? { store: "ssm", name: text } : undefined;
  return {
    store: "secretsmanager",
    arn,
    ...(key ? { key } : {}),
    ...(stage ? { stage } : {}),
    ...(version ? { version } : {}),
  };
}
