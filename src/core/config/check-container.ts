import type { Fault } from "./cross-check.ts";
import { parseDuration } from "./duration.ts";
import type { Config } from "./schema.ts";
import { parseSecret } from "./secret-reference.ts";

/** What ECS would refuse of a container's secrets and health check, told before anything is made. */
export function checkContainer(config: Config): Fault[] {
  return [...checkSecrets(config), ...checkHealth(config)];
}

function checkSecrets({ task: { container }, region }: Config): Fault[] {
  return Object.entries(container.secrets).flatMap(([name, from]) => {
    const path = ["task", "container", "secrets", name];
    const at = path.join(".");
    if (name in container.environment)
      return [
        {
          path,
          code: "DuplicateVariable",
          message: `${at}: found a variable that task.container.environment has too, expected one value`,
          hint: `Take ${name} out of one of them.`,
        },
      ];
    const reference = parseSecret(from);
    // What was found is not told: somebody may have written the secret itself there.
    if (!reference)
      return [
        {
          path,
          code: "NoSecretReference",
          message: `${at}: expected where the secret is: the name or ARN of an SSM parameter, or the ARN of a Secrets Manager secret`,
          hint: "Secrets stay in AWS: /shop/database-password for a parameter, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX for a secret, with :KEY:: behind it for one key of a JSON secret.",
        },
      ];
    const elsewhere = reference.arn?.split(":")[3];
    if (reference.store === "ssm" && elsewhere !== undefined && region !== undefined && elsewhere !== region)
      return [
        {
          path,
          code: "OtherRegion",
          message: `${at}: found a parameter of ${elsewhere}, expected one of ${region}, where the tasks run`,
        },
      ];
    return [];
  });
}

/** The ranges of `HealthCheck` in the API reference of Amazon ECS; seconds. */
const ranges = { interval: [5, 300], timeout: [2, 60], startPeriod: [0, 300] } as const;

function checkHealth({ task: { container } }: Config): Fault[] {
  const { healthCheck } = container;
  if (!healthCheck) return [];
  return (["interval", "timeout", "startPeriod"] as const).flatMap((key) => {
    const [from, to] = ranges[key];
    const value = parseDuration(healthCheck[key]) ?? 0;
    if (value >= from && value <= to) return [];
    return [
      {
        path: ["task", "container", "healthCheck", key],
        code: "OutOfRange",
        message: `task.container.healthCheck.${key}: found ${healthCheck[key]}, expected ${from}s to ${to}s`,
      },
    ];
  });
}
