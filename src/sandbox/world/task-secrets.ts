import type { ContainerDefinition, Secret } from "@aws-sdk/client-ecs";
import { type ParameterRecord, parameters, type SecretRecord, secrets } from "./records/secrets.ts";
import { definitionOf, type TaskRecord } from "./records/ecs.ts";
import { findDenial } from "./role-permissions.ts";
import type { Region } from "./world.ts";

type Found = { value: string } | { obstacle: string };

/** The variables of a container whose values ECS looks up. Call it only when `findSecretObstacle` finds none. */
export function readSecrets(region: Region, record: TaskRecord, container: ContainerDefinition) {
  return Object.fromEntries(
    (container.secrets ?? []).map((secret) => {
      const found = look(region, record, secret);
      return [secret.name ?? "", "value" in found ? found.value : ""];
    }),
  );
}

/** Why the agent cannot look up the task's secrets, in its words; undefined when it can. */
export function findSecretObstacle(region: Region, record: TaskRecord): string | undefined {
  const definition = definitionOf(region, record.task.taskDefinitionArn)?.definition;
  for (const secret of (definition?.containerDefinitions ?? []).flatMap((container) => container.secrets ?? [])) {
    const found = look(region, record, secret);
    if ("obstacle" in found) return found.obstacle;
  }
  return undefined;
}

function look(region: Region, record: TaskRecord, { valueFrom = "" }: Secret): Found {
  const from = isSecret(valueFrom)
    ? lookUpSecret(region, record, valueFrom)
    : lookUpParameter(region, record, valueFrom);
  return "value" in from ? from : { obstacle: tell(region, record, valueFrom, from.obstacle) };
}

const isSecret = (from: string): boolean => /^arn:[\w-]+:secretsmanager:/.test(from);

/**
 * Fargate and the agent of an instance say it differently ("Resolve Amazon ECS stopped task errors", ECS developer
 * guide).
 */
function tell(region: Region, record: TaskRecord, from: string, why: string): string {
  const place = from.split(":")[3] || region.name;
  if (record.task.launchType !== "FARGATE")
    return isSecret(from)
      ? `Fetching secret data from AWS Secrets Manager in region ${place}: secret ${from}: ${why}`
      : `Fetching secret data from SSM Parameter Store in ${place}: ${why}`;
  const store = isSecret(from)
    ? `unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${from} from secrets manager`
    : "unable to retrieve secrets from ssm: service call has been retried 1 time(s)";
  return `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ${store}: ${why}`;
}

function refusal(region: Region, record: TaskRecord, action: string, resource: string): string | undefined {
  const roleArn = definitionOf(region, record.task.taskDefinitionArn)?.definition.executionRoleArn ?? "";
  const denial = findDenial(region, { roleArn, session: record.id, action, resource });
  return denial && `AccessDeniedException: ${denial}`;
}

const parameterOf = (region: Region, from: string): ParameterRecord | undefined => {
  const name = from.replace(/^arn:.*?:parameter/, "");
  return parameters(region).get(name) ?? parameters(region).get(name.replace(/^\//, ""));
};

function lookUpParameter(region: Region, record: TaskRecord, from: string): Found {
  const place = region.world.region(from.startsWith("arn:") ? (from.split(":")[3] ?? region.name) : region.name);
  const found = parameterOf(place, from);
  const arn = found?.arn ?? (from.startsWith("arn:") ? from : place.arn("ssm", `parameter/${from.replace(/^\//, "")}`));
  const denied = refusal(place, record, "ssm:GetParameters", arn);
  if (denied !== undefined) return { obstacle: denied };
  const value = found?.versions.at(-1)?.value;
  return value === undefined ? { obstacle: `invalid parameters: ${from}` } : { value };
}

/** `arn:…:secret:NAME-SUFFIX:KEY:STAGE:VERSION`, each of the last three possibly empty or absent together. */
function lookUpSecret(region: Region, record: TaskRecord, from: string): Found {
  const parts = from.split(":");
  const arn = parts.slice(0, 7).join(":");
  const [key = "", stage = "", version = ""] = parts.slice(7);
  const place = region.world.region(parts[3] ?? region.name);
  const found = [...secrets(place).values()].find((one) => one.arn === arn || one.arn.slice(0, -7) === arn);
  const denied = refusal(place, record, "secretsmanager:GetSecretValue", found?.arn ?? arn);
  if (denied !== undefined) return { obstacle: denied };
  if (!found) return { obstacle: "ResourceNotFoundException: Secrets Manager can't find the specified secret." };
  if (found.deletedAt)
    return {
      obstacle:
        "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.",
    };
  return pick(found, { key, stage, version });
}

function pick(found: SecretRecord, { key, stage, version }: { key: string; stage: string; version: string }): Found {
  const wanted = stage === "" && version === "" ? "AWSCURRENT" : stage;
  const chosen = found.versions.find(
    (one) => (wanted === "" || one.stages.includes(wanted)) && (version === "" || one.id === version),
  );
  if (chosen?.text === undefined) {
    const what = wanted === "" ? `VersionId: ${version}` : `staging label: ${wanted}`;
    return {
      obstacle: `ResourceNotFoundException: Secrets Manager can't find the specified secret value for ${what}`,
    };
  }
  if (key === "") return { value: chosen.text };
  const value = readKey(chosen.text, key);
  return value === undefined
    ? { obstacle: `retrieved secret from Secrets Manager did not contain json key ${key}` }
    : { value };
}

/** Texts come as they are, everything else as JSON. */
function readKey(text: string, key: string): string | undefined {
  try {
    const value = (JSON.parse(text) as Record<string, unknown> | null)?.[key];
    return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
  } catch {
    return undefined;
  }
}
