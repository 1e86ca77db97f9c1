import { ObjectNotFoundException, ValidationException } from "@aws-sdk/client-application-auto-scaling";
import type * as aas from "@aws-sdk/client-application-auto-scaling";
import { meta } from "../../wire/api.ts";
import {
  scalableTargets,
  targetKey,
  type TargetId,
  type TargetRecord,
} from "../../world/records/application-autoscaling.ts";
import type { Region } from "../../world/world.ts";

export const invalid = (message: string): ValidationException => new ValidationException({ message, ...meta });
export const notFound = (message: string): ObjectNotFoundException => new ObjectNotFoundException({ message, ...meta });

interface NamedTarget {
  ServiceNamespace: aas.ServiceNamespace | undefined;
  ResourceId: string | undefined;
  ScalableDimension?: aas.ScalableDimension | undefined;
}

/** `service namespace: ecs, resource ID: service/c/s, scalable dimension: ecs:service:DesiredCount`. */
export const describeId = ({ namespace, resourceId, dimension }: TargetId): string =>
  `service namespace: ${namespace}, resource ID: ${resourceId}, scalable dimension: ${dimension}`;

/** Refuses every namespace but ECS, which is all that the sandbox can scale. */
export function checkNamespace(namespace: string | undefined, dimension?: string): void {
  if (namespace !== "ecs" || (dimension !== undefined && dimension !== "ecs:service:DesiredCount"))
    throw invalid("Unsupported service namespace, resource type or scalable dimension");
}

/** The target that a request names, which need not exist. Throws for what can never be one. */
export function targetIdOf(input: NamedTarget): TargetId {
  checkNamespace(input.ServiceNamespace, input.ScalableDimension ?? "");
  if (!/^service\/[^/]+\/[^/]+$/.test(input.ResourceId ?? ""))
    throw invalid("Unsupported service namespace, resource type or scalable dimension");
  return { namespace: "ecs", resourceId: input.ResourceId ?? "", dimension: "ecs:service:DesiredCount" };
}

/** The registered target. `verb` is AWS's word: "registered" when something is put, "found" otherwise. */
export function findTarget(region: Region, id: TargetId, verb: "registered" | "found"): TargetRecord {
  const record = scalableTargets(region).get(targetKey(id));
  if (!record) throw notFound(`No scalable target ${verb} for ${describeId(id)}`);
  return record;
}
