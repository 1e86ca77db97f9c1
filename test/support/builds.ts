import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { extract } from "tar-stream";
import { gunzipSync } from "node:zlib";
import type { BuiltImage } from "../../src/core/image/assemble-image.ts";
import { buildImage, type BuildOptions } from "../../src/core/image/builtin.ts";
import type { ContainerConfig, ImageConfig } from "../../src/core/image/oci.ts";

/** A folder with those files, which goes away. */
export async function makeFolder(files: Readonly<Record<string, string>>): Promise<{
  dir: string;
  [Symbol.asyncDispose](): Promise<void>;
}> {
  const dir = await mkdtemp(path.join(tmpdir(), "ecsctl-build-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
    await writeFile(path.join(dir, name), content);
  }
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}

export interface SeenEntry {
  name: string;
  mode: number;
  uid: number;
  mtime: number;
  content: string;
}

/** What was built, taken apart again. */
export interface SeenImage {
  image: BuiltImage;
  config: ContainerConfig;
  whole: ImageConfig;
  layers: SeenEntry[][];
}

/** Builds `Dockerfile` of those files with the builtin builder. */
export async function build(
  files: Readonly<Record<string, string>>,
  options: Partial<BuildOptions> = {},
): Promise<SeenImage> {
  await using folder = await makeFolder(files);
  await using work = await makeFolder({});
  const image = await buildImage({
    context: folder.dir,
    dockerfile: path.join(folder.dir, "Dockerfile"),
    label: "Dockerfile",
    platform: { os: "linux", architecture: "amd64" },
    buildArgs: {},
    modified: 0,
    workDir: work.dir,
    findBase: async () => undefined,
    ...options,
  });
  const whole = JSON.parse(image.config) as ImageConfig;
  const layers = await Promise.all(image.layers.map(async ({ open }) => readLayer(await open())));
  return { image, config: whole.config ?? {}, whole, layers };
}

async function readLayer(stream: NodeJS.ReadableStream): Promise<SeenEntry[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  const archive = extract();
  archive.end(gunzipSync(Buffer.concat(chunks)));
  const entries: SeenEntry[] = [];
  for await (const entry of archive) {
    let content = "";
    for await (const chunk of entry as AsyncIterable<Buffer>) content += chunk.toString();
    const { name, mode, uid, mtime } = entry.header;
    entries.push({ name, mode, uid, mtime: mtime.getTime(), content });
  }
  return entries;
}
