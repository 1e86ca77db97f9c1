import { dockerfileError } from "./dockerfile-lines.ts";
import type { Descriptor, ImageConfig, ImageIndex, ImageManifest, Platform } from "./oci.ts";
import { isLoopback, parseReference } from "./reference.ts";
import { RegistryClient, RegistryRefusal } from "./registry-client.ts";
import { isNetworkError } from "./network-error.ts";
import type { BaseImage } from "./stage-state.ts";

/** The registry of a base image did not answer, or somebody on the way refused: nothing is known about the image. */
export class BaseUnreachable extends Error {}

export interface BaseRequest {
  reference: string;
  platform: Platform;
  /** Where FROM stands. */
  file: string;
  line: number;
  signal: AbortSignal;
  /** Our own registry, for a base that is there: it is opened already. */
  own: { host: string; client: RegistryClient };
}

/** Reads a base image's manifest and configuration; its layers are opened one by one when they are copied. */
export async function openBaseImage(wanted: BaseRequest): Promise<BaseImage & { close(): Promise<void> }> {
  const { reference, file, line, signal } = wanted;
  const name = parseReference(reference);
  if (!name) throw dockerfileError(file, line, `found FROM ${reference}, expected an image such as httpd:2.4`);
  const isOwn = name.host === wanted.own.host;
  const scheme = isLoopback(name.host) ? "http" : "https";
  const client = isOwn ? wanted.own.client : new RegistryClient({ origin: `${scheme}://${name.host}`, signal });
  const close = async () => (isOwn ? undefined : await client.close());
  try {
    const manifest = await readManifest(client, name.repository, name.reference, wanted);
    const config = JSON.parse(
      await readText(await client.getBlob(name.repository, manifest.config.digest)),
    ) as ImageConfig;
    return {
      config,
      layers: manifest.layers,
      open: (layer: Descriptor) => client.getBlob(name.repository, layer.digest),
      close,
    };
  } catch (error) {
    await close();
    signal.throwIfAborted();
    throw explain(error, wanted);
  }
}

async function readManifest(
  client: RegistryClient,
  repository: string,
  reference: string,
  { platform, file, line, reference: from }: BaseRequest,
): Promise<ImageManifest> {
  const { text } = await client.getManifest(repository, reference);
  const parsed = JSON.parse(text) as ImageManifest | ImageIndex;
  if (!("manifests" in parsed)) return parsed;
  const chosen = parsed.manifests.find(
    (one) =>
      one.platform?.os === platform.os &&
      one.platform.architecture === platform.architecture &&
      (platform.variant === undefined || one.platform.variant === platform.variant),
  );
  const wanted = [platform.os, platform.architecture, platform.variant].filter(Boolean).join("/");
  if (!chosen) throw dockerfileError(file, line, `${from} has no image for ${wanted}`);
  return JSON.parse((await client.getManifest(repository, chosen.digest)).text) as ImageManifest;
}

/** A registry that says no is an answer about the image; silence, a proxy's refusal and overload are not. */
function explain(error: unknown, { reference, file, line }: BaseRequest): unknown {
  if (error instanceof RegistryRefusal && (error.status === 404 || error.status === 401))
    return dockerfileError(file, line, `the base image ${reference} does not exist, or is not public`, {
      code: "BaseImageNotFound",
      why: error.message,
    });
  if (error instanceof RegistryRefusal) return new BaseUnreachable(error.message);
  return isNetworkError(error) ? new BaseUnreachable(error.message || error.code) : error;
}

async function readText(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
