import { arnOfUser } from "../faults/enforce.ts";
import { resourceTags } from "../faults/tags.ts";
import { deniedSentence } from "../faults/words.ts";
import type { Region } from "../world/world.ts";
import { RegistryError } from "./registry-error.ts";

/** What the registry is asked to do. */
export interface Asking {
  method: string;
  /** `blobs`, `manifests` or `tags`. */
  kind: string;
  /** What follows: a digest, a tag, `uploads/ID`. */
  rest: string;
  repository: string;
  /** Whose token it is; undefined for the agent's. */
  keyId: string | undefined;
}

/** The IAM action behind a request (Amazon ECR user guide, "Required IAM permissions for pushing an image"). */
function actionOf({ method, kind, rest }: Asking): string {
  if (kind === "tags") return "ecr:ListImages";
  const reads = method === "GET" || method === "HEAD";
  if (kind === "manifests") {
    if (reads) return "ecr:BatchGetImage";
    return method === "DELETE" ? "ecr:BatchDeleteImage" : "ecr:PutImage";
  }
  if (!rest.startsWith("uploads"))
    return method === "HEAD" ? "ecr:BatchCheckLayerAvailability" : "ecr:GetDownloadUrlForLayer";
  if (method === "POST") return "ecr:InitiateLayerUpload";
  return method === "PUT" ? "ecr:CompleteLayerUpload" : "ecr:UploadLayerPart";
}

/** Throws ECR's refusal when the policies that are enforced do not allow the owner of the token to do that. */
export function requirePermission(region: Region, asking: Asking): void {
  if (asking.keyId === undefined) return;
  const action = actionOf(asking);
  const resource = region.arn("ecr", `repository/${asking.repository}`);
  const tags = Object.entries(resourceTags(region, resource));
  const context = new Map<string, string>([
    ["aws:requestedregion", region.name],
    ...tags.map(([key, value]): [string, string] => [`aws:resourcetag/${key.toLowerCase()}`, value]),
  ]);
  const verdict = region.world.judge({ action, resource, context });
  if (verdict === "allowed") return;
  const user = arnOfUser(asking.keyId);
  throw new RegistryError(403, "DENIED", deniedSentence({ user, action, resource, explicit: verdict === "denied" }));
}
