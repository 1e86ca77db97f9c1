import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Tag } from "@aws-sdk/client-ecr";
import type { Region, World } from "../world.ts";

export interface RepositoryRecord {
  name: string;
  arn: string;
  createdAt: Date;
  immutableTags: boolean;
  scanOnPush: boolean;
  encryption: { encryptionType: "AES256" | "KMS"; kmsKey?: string | undefined };
  tags: Tag[];
  lifecyclePolicy?: { text: string; evaluatedAt: Date } | undefined;
}

/** A manifest, or an index of manifests, of one repository. */
export interface ImageRecord {
  repository: string;
  digest: string;
  mediaType: string;
  artifactMediaType?: string | undefined;
  /** The manifest's exact text: its digest is the image's. */
  manifest: string;
  /** What ECR counts: the layers and the configuration, in bytes. */
  sizeBytes: number;
  pushedAt: Date;
  tags: string[];
}

/** A blob that a repository holds; its bytes are a file of the registry. */
export interface BlobRecord {
  repository: string;
  digest: string;
  sizeBytes: number;
}

export const repositories = (region: Region): Map<string, RepositoryRecord> => region.table("ecr/repositories");
/** Key: `REPOSITORY@DIGEST`. */
export const images = (region: Region): Map<string, ImageRecord> => region.table("ecr/images");
/** Key: `REPOSITORY@DIGEST`. */
export const blobs = (region: Region): Map<string, BlobRecord> => region.table("ecr/blobs");

/** The images of one repository, oldest first. */
export function imagesOf(region: Region, repository: string): ImageRecord[] {
  return [...images(region).values()].filter((image) => image.repository === repository);
}

/** By tag or by digest (`sha256:…`). */
export function findImage(region: Region, repository: string, reference: string): ImageRecord | undefined {
  if (reference.includes(":")) return images(region).get(`${repository}@${reference}`);
  return imagesOf(region, repository).find((image) => image.tags.includes(reference));
}

/** Takes an image away, and the blobs that no other image of its repository uses. */
export function removeImage(region: Region, image: ImageRecord): void {
  images(region).delete(`${image.repository}@${image.digest}`);
  const stillUsed = imagesOf(region, image.repository).map((other) => other.manifest);
  for (const [key, blob] of blobs(region))
    if (blob.repository === image.repository && !stillUsed.some((manifest) => manifest.includes(blob.digest)))
      blobs(region).delete(key);
}

/** How long AWS's authorization tokens live, in ms of the world. */
const tokenLifeMs = 12 * 3600 * 1000;

function sign(world: World, payload: string): string {
  const secrets = world.store.table<{ key: string }>("world/ecr-token-key");
  const secret = secrets.get("key") ?? { key: randomBytes(32).toString("base64url") };
  secrets.set("key", secret);
  return createHmac("sha256", secret.key).update(payload).digest("base64url");
}

/**
 * The password that goes with user `AWS`. Signed rather than stored, so that the sandbox's state never holds it. It may
 * do what `keyId`'s owner may, or everything without one.
 */
export function makeToken(region: Region, keyId?: string): { token: string; expiresAt: Date } {
  const expires = region.world.clock.now() + tokenLifeMs;
  const payload = Buffer.from(JSON.stringify({ region: region.name, expires, keyId })).toString("base64url");
  return { token: `${payload}.${sign(region.world, payload)}`, expiresAt: new Date(expires) };
}

/** The region that a token opens: undefined when it is not ours, `expired` when its twelve hours are over. */
export function readToken(world: World, token: string): Region | "expired" | undefined {
  const [payload = "", signature = ""] = token.split(".");
  const expected = Buffer.from(sign(world, payload));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  const { region, expires } = JSON.parse(Buffer.from(payload, "base64url").toString()) as {
    region: string;
    expires: number;
  };
  return world.clock.now() < expires ? world.region(region) : "expired";
}

/** Whose token it is; undefined for one that the agent made for itself. Only for tokens that were read. */
export const ownerOf = (token: string): string | undefined =>
  (JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { keyId?: string }).keyId;
