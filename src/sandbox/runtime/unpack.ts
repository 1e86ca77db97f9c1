import { createReadStream } from "node:fs";
import { lstat, mkdir, open, readdir, realpath, rename, rm, symlink, writeFile, readFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { extract, type Header } from "tar-stream";

export interface LayerFile {
  mediaType: string;
  file: string;
}

/** An image's files on this computer. */
export interface UnpackedImage {
  /** Absolute folder that stands for the image's `/`. */
  root: string;
  /** The files of each layer, bottom first, as absolute paths inside the image. */
  layers: string[][];
}

/** A layer that tries to write outside of the image. */
export class UnsafeLayerError extends Error {
  constructor(name: string) {
    super(`the image's layer names ${JSON.stringify(name)}, which is outside of the image`);
    this.name = "UnsafeLayerError";
  }
}

/** Unpacks once for each image: `dir` is made whole under another name first, so that a half of it is never used. */
export async function unpackImage(dir: string, layers: readonly LayerFile[]): Promise<UnpackedImage> {
  const index = path.join(dir, "layers.json");
  const root = path.join(dir, "rootfs");
  const done = await readFile(index, "utf8").catch(() => undefined);
  if (done !== undefined) return { root, layers: JSON.parse(done) as string[][] };
  const making = `${dir}.${process.pid}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(path.join(making, "rootfs"), { recursive: true, mode: 0o700 });
  try {
    const names: string[][] = [];
    for (const layer of layers) names.push(await unpackLayer(path.join(making, "rootfs"), layer));
    await writeFile(path.join(making, "layers.json"), JSON.stringify(names));
    await rm(dir, { recursive: true, force: true });
    await rename(making, dir);
    return { root, layers: names };
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    throw error;
  }
}

/** Adds one layer to `root` and returns the paths of its files. Devices and sockets are left out. */
export async function unpackLayer(folder: string, layer: LayerFile): Promise<string[]> {
  const root = await realpath(folder);
  const names: string[] = [];
  const archive = extract();
  const reading = pipeline([createReadStream(layer.file), ...decompression(layer.mediaType), archive]);
  // The loop below reports the failure; without a handler here it would be an unhandled one.
  reading.catch(() => {});
  for await (const entry of archive) {
    const name = await unpackEntry(root, entry.header, entry as AsyncIterable<Buffer>);
    if (name !== undefined) names.push(name);
    entry.resume();
  }
  await reading;
  return names;
}

function decompression(mediaType: string): NodeJS.ReadWriteStream[] {
  if (mediaType.endsWith("gzip")) return [createGunzip()];
  if (mediaType.endsWith("zstd")) return [createZstdDecompress()];
  return [];
}

async function unpackEntry(root: string, header: Header, body: AsyncIterable<Buffer>): Promise<string | undefined> {
  const target = path.join(root, header.name);
  if (header.name.split("/").includes("..") || !isInside(root, target)) throw new UnsafeLayerError(header.name);
  if (target === root) return undefined;
  const parent = await makeParent(root, header.name);
  const base = path.basename(target);
  if (base === ".wh..wh..opq") {
    for (const name of await readdir(parent)) await rm(path.join(parent, name), { recursive: true, force: true });
    return undefined;
  }
  if (base.startsWith(".wh.")) {
    await rm(path.join(parent, base.slice(".wh.".length)), { recursive: true, force: true });
    return undefined;
  }
  return await writeEntry(root, path.join(parent, base), header, body);
}

async function writeEntry(
  root: string,
  target: string,
  header: Header,
  body: AsyncIterable<Buffer>,
): Promise<string | undefined> {
  const inImage = `/${path.relative(root, target)}`;
  const existing = await lstat(target).catch(() => undefined);
  if (existing && !(existing.isDirectory() && header.type === "directory"))
    await rm(target, { recursive: true, force: true });
  switch (header.type) {
    case "directory":
      await mkdir(target, { recursive: true, mode: 0o755 });
      return undefined;
    case "symlink":
      await makeLink(root, target, header.linkname ?? "");
      return inImage;
    case "link": {
      const source = await realpath(path.join(root, header.linkname ?? "")).catch(() => undefined);
      if (source === undefined || !isInside(root, source)) throw new UnsafeLayerError(header.name);
      await writeFile(target, await readFile(source));
      return inImage;
    }
    case "file":
    case "contiguous-file":
      await writeBody(target, body, (header.mode ?? 0o644) & 0o755);
      return inImage;
    default:
      return undefined;
  }
}

async function writeBody(target: string, body: AsyncIterable<Buffer>, mode: number): Promise<void> {
  const file = await open(target, "w", mode | 0o600);
  try {
    for await (const chunk of body) await file.write(chunk);
  } finally {
    await file.close();
  }
}

/** Links stay inside of the image: an absolute one begins at the image's root; one that leads out is left out. */
async function makeLink(root: string, target: string, linkname: string): Promise<void> {
  const pointed = linkname.startsWith("/") ? path.join(root, linkname) : path.resolve(path.dirname(target), linkname);
  if (isInside(root, pointed)) await symlink(path.relative(path.dirname(target), pointed) || ".", target);
}

/** The folder that an entry goes to, made if missing; a link on the way may not lead out of the image. */
async function makeParent(root: string, name: string): Promise<string> {
  let parent = root;
  for (const part of path.dirname(path.join("/", name)).split("/").filter(Boolean)) {
    parent = path.join(parent, part);
    const found = await lstat(parent).catch(() => undefined);
    if (found?.isSymbolicLink()) parent = await realpath(parent).catch(() => "/");
    else if (found && !found.isDirectory()) await rm(parent);
    if (!isInside(root, parent)) throw new UnsafeLayerError(name);
    await mkdir(parent, { recursive: true, mode: 0o755 });
  }
  return parent;
}

const isInside = (root: string, file: string): boolean => file === root || file.startsWith(root + path.sep);
