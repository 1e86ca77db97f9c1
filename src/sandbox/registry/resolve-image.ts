import { readFile } from "node:fs/promises";
import { RuntimeError } from "../runtime/runtime.ts";
import { findImage, repositories, type ImageRecord } from "../world/records/ecr.ts";
import type { Region, World } from "../world/world.ts";
import type { BlobFiles } from "./blob-files.ts";
import { type Descriptor, parseManifest } from "./manifest.ts";

/** The part of an image's configuration that running it needs. */
export interface ImageConfig {
  Env?: string[];
  Entrypoint?: string[] | null;
  Cmd?: string[] | null;
  WorkingDir?: string;
  User?: string;
  ExposedPorts?: Record<string, object>;
  StopSignal?: string;
  Labels?: Record<string, string>;
}

export interface ResolvedImage {
  /** Of the manifest (or index) that the reference named. */
  digest: string;
  repository: string;
  region: Region;
  config: ImageConfig;
  /** Bottom first; each layer's file is a (compressed) tar archive. */
  layers: { digest: string; mediaType: string; file: string }[];
}

/** `HOST:PORT/repository[:tag][@digest]` in its parts; the tag is `latest` when neither is given. */
export function parseReference(image: string): { host: string; repository: string; reference: string } {
  const [name = "", digest] = image.split("@");
  const slash = name.indexOf("/");
  const host = name.slice(0, Math.max(0, slash));
  const [, repository = "", tag] = /^(.*?)(?::([^:/]+))?$/.exec(name.slice(slash + 1)) ?? [];
  return { host, repository, reference: digest ?? tag ?? "latest" };
}

const isLoopback = (host: string): boolean => /^(127(\.\d+){3}|localhost|\[::1\])(:\d+)?$/.test(host);

function fail(image: string, why: string): RuntimeError {
  return new RuntimeError(
    "CannotPullContainerError",
    `pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${why}`,
  );
}

/** Finds an image of ours, whatever port the sandbox had when the reference was made, in the region that holds it. */
export async function resolveImage(world: World, files: BlobFiles, image: string): Promise<ResolvedImage> {
  const { host, repository, reference } = parseReference(image);
  if (!isLoopback(host))
    throw fail(image, `the sandbox runs images of its own registry only (${world.endpoint()}); push it there`);
  const regions = [...world.store.table<{ name: string }>("world/regions").keys()].map((name) => world.region(name));
  const holders = regions.filter((region) => repositories(region).has(repository));
  for (const region of holders) {
    const found = findImage(region, repository, reference);
    if (found) return await readImage(region, files, found, image);
  }
  throw fail(image, holders.length > 0 ? `${image}: not found` : `repository ${repository} not found: name unknown`);
}

async function readImage(region: Region, files: BlobFiles, record: ImageRecord, image: string): Promise<ResolvedImage> {
  const manifest = parseManifest(record.manifest);
  if (manifest?.manifests) {
    const chosen = choosePlatform(manifest.manifests);
    const nested = chosen && findImage(region, record.repository, chosen.digest);
    if (!nested) throw fail(image, "no match for platform in manifest: not found");
    return { ...(await readImage(region, files, nested, image)), digest: record.digest };
  }
  if (!manifest?.config) throw fail(image, "not an image");
  const config = JSON.parse(await readFile(files.path(manifest.config.digest), "utf8")) as { config?: ImageConfig };
  return {
    digest: record.digest,
    repository: record.repository,
    region,
    config: config.config ?? {},
    layers: (manifest.layers ?? []).map(({ digest, mediaType }) => ({ digest, mediaType, file: files.path(digest) })),
  };
}

/** This machine's platform, else Linux on amd64, else the first image that is not an attestation. */
function choosePlatform(manifests: Descriptor[]): Descriptor | undefined {
  const own = process.arch === "x64" ? "amd64" : process.arch;
  const on = (architecture: string) =>
    manifests.find(({ platform }) => platform?.os === "linux" && platform.architecture === architecture);
  return on(own) ?? on("amd64") ?? manifests.find(({ platform }) => platform?.os !== "unknown");
}
