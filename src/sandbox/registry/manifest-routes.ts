import {
  blobs,
  findImage,
  images,
  imagesOf,
  removeImage,
  repositories,
  type ImageRecord,
} from "../world/records/ecr.ts";
import type { Region } from "../world/world.ts";
import { type Manifest, manifestTypes, parseManifest, sha256 } from "./manifest.ts";
import { RegistryError } from "./registry-error.ts";
import type { RegistryCall } from "./registry.ts";

const maximumBytes = 4 * 1024 * 1024;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** `/v2/NAME/manifests/TAG-OR-DIGEST`. */
export async function routeManifest(call: RegistryCall, reference: string): Promise<void> {
  switch (call.method) {
    case "GET":
    case "HEAD":
      return readManifest(call, reference);
    case "PUT":
      return await putManifest(call, reference);
    case "DELETE":
      return deleteManifest(call, reference);
    default:
      throw new RegistryError(405, "UNSUPPORTED", "The operation is unsupported.");
  }
}

function readManifest({ res, region, repository, method }: RegistryCall, reference: string): void {
  const image = findImage(region, repository, reference);
  if (!image) throw new RegistryError(404, "MANIFEST_UNKNOWN", "Requested image not found");
  res.writeHead(200, {
    "content-type": image.mediaType,
    "content-length": Buffer.byteLength(image.manifest),
    "docker-content-digest": image.digest,
  });
  res.end(method === "HEAD" ? undefined : image.manifest);
}

async function putManifest(call: RegistryCall, reference: string): Promise<void> {
  const text = await readBody(call);
  const { res, region, repository } = call;
  const record = storeManifest(region, repository, {
    text,
    reference,
    contentType: call.req.headers["content-type"],
  });
  res.writeHead(201, {
    location: `/v2/${repository}/manifests/${record.digest}`,
    "docker-content-digest": record.digest,
    "content-length": 0,
  });
  res.end();
}

/** Checks a manifest as ECR does and files it under its digest and, when `reference` is a tag, under that. */
export function storeManifest(
  region: Region,
  repository: string,
  given: { text: string; reference: string | undefined; contentType?: string | undefined },
): ImageRecord {
  const { text, reference } = given;
  const manifest = parseManifest(text);
  const mediaType = manifest?.mediaType ?? given.contentType?.split(";")[0] ?? "";
  if (!manifest || !manifestTypes.includes(mediaType))
    throw new RegistryError(400, "MANIFEST_INVALID", "manifest invalid");
  const digest = sha256(text);
  const tag = reference === undefined || reference.includes(":") ? undefined : reference;
  if (reference !== undefined && tag === undefined && reference !== digest)
    throw new RegistryError(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
  if (tag !== undefined && !tagPattern.test(tag)) throw new RegistryError(400, "TAG_INVALID", "manifest tag invalid");
  requireParts(region, repository, manifest);
  const record = images(region).get(`${repository}@${digest}`) ?? {
    repository,
    digest,
    mediaType,
    artifactMediaType: manifest.config?.mediaType,
    manifest: text,
    sizeBytes: sizeOf(region, repository, manifest),
    pushedAt: region.world.clock.date(),
    tags: [],
  };
  if (tag !== undefined) moveTag(region, record, tag);
  images(region).set(`${repository}@${digest}`, record);
  return record;
}

/** Everything that the manifest names must have been pushed before it. */
function requireParts(region: Region, repository: string, manifest: Manifest): void {
  for (const part of [manifest.config, ...(manifest.layers ?? [])])
    if (part && !blobs(region).has(`${repository}@${part.digest}`))
      throw new RegistryError(400, "MANIFEST_BLOB_UNKNOWN", `blob unknown to registry: ${part.digest}`);
  for (const part of manifest.manifests ?? [])
    if (!images(region).has(`${repository}@${part.digest}`))
      throw new RegistryError(
        404,
        "MANIFEST_UNKNOWN",
        `Images with digests '[${part.digest}]' required for pushing image into repository with name '${repository}' do not exist`,
      );
}

function moveTag(region: Region, record: ImageRecord, tag: string): void {
  const { repository, digest } = record;
  const holder = findImage(region, repository, tag);
  if (holder && repositories(region).get(repository)?.immutableTags)
    throw new RegistryError(
      400,
      "TAG_INVALID",
      `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the repository is immutable.`,
    );
  for (const other of imagesOf(region, repository))
    if (other.digest !== digest) other.tags = other.tags.filter((one) => one !== tag);
  if (!record.tags.includes(tag)) record.tags.push(tag);
}

function sizeOf(region: Region, repository: string, manifest: Manifest): number {
  const own = [...(manifest.config ? [manifest.config] : []), ...(manifest.layers ?? [])];
  const nested = (manifest.manifests ?? []).map((part) => images(region).get(`${repository}@${part.digest}`));
  return own.reduce((sum, part) => sum + part.size, 0) + nested.reduce((sum, one) => sum + (one?.sizeBytes ?? 0), 0);
}

function deleteManifest({ res, region, repository }: RegistryCall, reference: string): void {
  const image = findImage(region, repository, reference);
  if (!image) throw new RegistryError(404, "MANIFEST_UNKNOWN", "Requested image not found");
  if (reference.includes(":")) removeImage(region, image);
  else image.tags = image.tags.filter((tag) => tag !== reference);
  res.writeHead(202, { "content-length": 0 }).end();
}

async function readBody({ req }: RegistryCall): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBytes) throw new RegistryError(413, "MANIFEST_INVALID", "manifest too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
