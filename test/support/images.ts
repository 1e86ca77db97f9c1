import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { storeManifest } from "../../src/sandbox/registry/manifest-routes.ts";
import { sha256 } from "../../src/sandbox/registry/manifest.ts";
import type { Registry } from "../../src/sandbox/registry/registry.ts";
import type { ImageConfig } from "../../src/sandbox/registry/resolve-image.ts";
import { blobs, repositories } from "../../src/sandbox/world/records/ecr.ts";
import type { Region } from "../../src/sandbox/world/world.ts";

export interface TarEntry {
  name: string;
  content?: string | Buffer;
  type?: "file" | "directory" | "symlink" | "link";
  linkname?: string;
  mode?: number;
}

/** A tar archive of those entries, as they are: also what no honest builder would make. */
export async function makeTar(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content = "", type = "file", linkname = "", mode = 0o644 } of entries)
    archive.entry({ name, type, mode, ...(linkname === "" ? {} : { linkname }) }, type === "file" ? content : "");
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Makes a repository, without going through ECR's API. */
export function addRepository(region: Region, name: string, immutableTags = false): void {
  repositories(region).set(name, {
    name,
    arn: region.arn("ecr", `repository/${name}`),
    createdAt: region.world.clock.date(),
    immutableTags,
    scanOnPush: true,
    encryption: { encryptionType: "AES256" },
    tags: [],
  });
}

async function addBlob(registry: Registry, region: Region, repository: string, content: Buffer): Promise<string> {
  const upload = registry.files.begin();
  await registry.files.append(upload, Readable.from([content]));
  const digest = sha256(content);
  const held = { repository, digest, sizeBytes: content.length };
  registry.files.finish(upload, digest, () => blobs(region).set(`${repository}@${digest}`, held));
  return digest;
}

/** Puts an image of those layers into the registry and returns its digest. */
export async function addImage(
  registry: Registry,
  region: Region,
  given: { repository: string; tag?: string; layers: readonly (readonly TarEntry[])[]; config?: ImageConfig },
): Promise<string> {
  const { repository, tag = "latest" } = given;
  if (!repositories(region).has(repository)) addRepository(region, repository);
  const layers = [];
  const diffIds = [];
  for (const entries of given.layers) {
    const archive = await makeTar(entries);
    diffIds.push(sha256(archive));
    const content = gzipSync(archive);
    const digest = await addBlob(registry, region, repository, content);
    layers.push({ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest, size: content.length });
  }
  const rootfs = { type: "layers", diff_ids: diffIds };
  const config = Buffer.from(
    JSON.stringify({ architecture: "amd64", os: "linux", config: given.config ?? {}, rootfs }),
  );
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: await addBlob(registry, region, repository, config),
      size: config.length,
    },
    layers,
  });
  return storeManifest(region, repository, { text, reference: tag }).digest;
}
