import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import type { Context } from "../context.ts";
import { configError } from "../errors.ts";
import type { BuiltImage } from "./assemble-image.ts";
import { runCommand } from "./engine-command.ts";
import type { EngineName } from "./engines.ts";
import type { Descriptor, ImageIndex, ImageManifest, Platform } from "./oci.ts";

/** How each engine writes an image into an OCI archive. */
const saveArguments: Record<Exclude<EngineName, "docker">, (reference: string, file: string) => string[]> = {
  podman: (reference, file) => ["save", "--format", "oci-archive", "--output", file, reference],
  buildah: (reference, file) => ["push", reference, `oci-archive:${file}`],
  finch: (reference, file) => ["save", "--output", file, reference],
  nerdctl: (reference, file) => ["save", "--output", file, reference],
};

/**
 * Takes an image out of an engine, to be pushed by our own client: these engines can log in to a registry only through
 * a file, and the token is to be in none.
 */
export async function saveFromEngine(
  { signal, env }: Context,
  engine: Exclude<EngineName, "docker">,
  { reference, platform, workDir }: { reference: string; platform: Platform; workDir: string },
): Promise<BuiltImage> {
  const file = path.join(workDir, "image.tar");
  const { code, output } = await runCommand(engine, saveArguments[engine](reference, file), { signal, env });
  if (code === 0) return await readArchive(file, path.join(workDir, "archive"), platform);
  throw configError({
    code: "BuildFailed",
    message: `${engine} could not save the image that it built (exit code ${code}).`,
    why: output.slice(-8).join("\n"),
  });
}

/** Reads an OCI archive: only its index and its blobs, whatever else it holds. */
export async function readArchive(file: string, dir: string, platform: Platform): Promise<BuiltImage> {
  await mkdir(path.join(dir, "blobs", "sha256"), { recursive: true, mode: 0o700 });
  const archive = extract();
  const reading = pipeline([createReadStream(file), archive as unknown as NodeJS.WritableStream]);
  reading.catch(() => {});
  for await (const entry of archive) {
    const name = path.posix.normalize(entry.header.name);
    if (/^(index\.json|blobs\/sha256\/[0-9a-f]{64})$/.test(name))
      await pipeline([
        entry as unknown as NodeJS.ReadableStream,
        createWriteStream(path.join(dir, name), { mode: 0o600 }),
      ]);
    else entry.resume();
  }
  await reading;
  const index = JSON.parse(await readFile(path.join(dir, "index.json"), "utf8")) as ImageIndex;
  return await readImage(dir, choose(index.manifests, platform), platform);
}

const blobFile = (dir: string, digest: string): string =>
  path.join(dir, "blobs", "sha256", digest.slice("sha256:".length));

async function readImage(dir: string, chosen: Descriptor, platform: Platform): Promise<BuiltImage> {
  const manifest = await readFile(blobFile(dir, chosen.digest), "utf8");
  const parsed = JSON.parse(manifest) as ImageManifest | ImageIndex;
  if ("manifests" in parsed) return await readImage(dir, choose(parsed.manifests, platform), platform);
  return {
    digest: chosen.digest,
    manifest,
    config: await readFile(blobFile(dir, parsed.config.digest), "utf8"),
    layers: parsed.layers.map(({ digest, size }) => ({
      digest,
      size,
      open: async () => createReadStream(blobFile(dir, digest)),
    })),
  };
}

/** The image for the platform, or the only one that says nothing about platforms. */
function choose(manifests: Descriptor[], { os, architecture }: Platform): Descriptor {
  const found =
    manifests.find((one) => one.platform?.os === os && one.platform.architecture === architecture) ??
    manifests.find((one) => one.platform === undefined);
  if (found) return found;
  throw configError({ code: "BuildFailed", message: `The engine's image is not for ${os}/${architecture}.` });
}
