import type { Emit } from "../events.ts";
import type { BuiltImage } from "./assemble-image.ts";
import { type ImageManifest, mediaTypes } from "./oci.ts";
import type { RegistryClient } from "./registry-client.ts";

/** Where an image goes. */
export interface PushTarget {
  client: RegistryClient;
  repository: string;
  tags: readonly string[];
  emit: Emit;
}

export interface PushOutcome {
  digest: string;
  /** False when the registry had the image under all the tags. */
  pushed: boolean;
  layers: { pushed: number; existing: number };
}

/** Pushes what the registry does not have: layers and configuration, then the manifest under each tag. */
export async function pushImage(
  image: BuiltImage,
  { client, repository, tags, emit }: PushTarget,
): Promise<PushOutcome> {
  const held = await Promise.all(tags.map((tag) => client.headManifest(repository, tag)));
  const missing = tags.filter((_, index) => held[index] !== image.digest);
  if (missing.length === 0)
    return { digest: image.digest, pushed: false, layers: { pushed: 0, existing: image.layers.length } };
  const outcome = { pushed: 0, existing: 0 };
  for (const [index, layer] of image.layers.entries()) {
    const message = `layer ${layer.digest.slice("sha256:".length, "sha256:".length + 12)}`;
    if (await client.hasBlob(repository, layer.digest)) outcome.existing++;
    else {
      await client.uploadBlob(repository, layer.digest, layer.open);
      outcome.pushed++;
    }
    emit({ type: "progress", id: "push", message, done: index + 1, total: image.layers.length });
  }
  await pushConfig(image, client, repository);
  const mediaType = (JSON.parse(image.manifest) as ImageManifest).mediaType ?? mediaTypes.manifest;
  for (const tag of missing) await client.putManifest(repository, tag, mediaType, image.manifest);
  return { digest: image.digest, pushed: true, layers: outcome };
}

async function pushConfig(image: BuiltImage, client: RegistryClient, repository: string): Promise<void> {
  const { digest } = (JSON.parse(image.manifest) as ImageManifest).config;
  if (await client.hasBlob(repository, digest)) return;
  const { Readable } = await import("node:stream");
  await client.uploadBlob(repository, digest, async () => Readable.from([Buffer.from(image.config)]));
}
