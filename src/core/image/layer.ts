import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Header, pack, type Pack } from "tar-stream";

/** One entry of a layer, at its path in the image, without a leading `/`. */
export interface LayerEntry {
  path: string;
  mode: number;
  uid: number;
  gid: number;
  content: { kind: "file"; source: string; size: number } | { kind: "directory" } | { kind: "link"; target: string };
}

/** A layer in a file of its own. */
export interface BuiltLayer {
  file: string;
  /** Of the compressed bytes: what the registry knows it by. */
  digest: string;
  size: number;
  /** Of the archive inside: what the image's configuration lists. */
  diffId: string;
}

/** Where gzip notes the operating system it ran on; 255 is "unknown". */
const gzipSystemByte = 9;

/**
 * Writes a layer: entries sorted, one date for all (`modified`, seconds since the epoch), nobody's user names, and a
 * gzip header without date or system, so that the same files make the same bytes.
 */
export async function writeLayer(file: string, entries: readonly LayerEntry[], modified: number): Promise<BuiltLayer> {
  const archive = pack();
  const archived = createHash("sha256");
  const compressed = createHash("sha256");
  const counter = new Counter((chunk) => compressed.update(chunk), true);
  const writing = pipeline([
    archive as unknown as NodeJS.ReadableStream,
    new Counter((chunk) => archived.update(chunk), false),
    createGzip({ level: 6 }),
    counter,
    createWriteStream(file, { mode: 0o600 }),
  ]);
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  await Promise.all([writing, fill(archive, sorted, modified)]);
  return {
    file,
    digest: `sha256:${compressed.digest("hex")}`,
    size: counter.size,
    diffId: `sha256:${archived.digest("hex")}`,
  };
}

async function fill(archive: Pack, entries: readonly LayerEntry[], modified: number): Promise<void> {
  try {
    for (const entry of entries) await addEntry(archive, entry, new Date(modified * 1000));
    archive.finalize();
  } catch (error) {
    archive.destroy(error as Error);
    throw error;
  }
}

async function addEntry(archive: Pack, { path, mode, uid, gid, content }: LayerEntry, mtime: Date): Promise<void> {
  const shared = { mode, uid, gid, mtime, uname: "", gname: "" };
  if (content.kind === "file") {
    const sink = archive.entry({ ...shared, name: path, type: "file", size: content.size });
    return await pipeline(createReadStream(content.source), sink as unknown as NodeJS.WritableStream);
  }
  const header: Pick<Header, "name"> & Partial<Header> =
    content.kind === "directory"
      ? { ...shared, name: `${path}/`, type: "directory" }
      : { ...shared, name: path, type: "symlink", linkname: content.target, mode: 0o777 };
  await new Promise<void>((resolve, reject) => {
    archive.entry(header, (error) => (error ? reject(error) : resolve()));
  });
}

/** Passes bytes on, counts them, shows them to a hash; may make a gzip header neutral on the way. */
class Counter extends Transform {
  size = 0;
  private readonly observe: (chunk: Buffer) => void;
  private readonly gzip: boolean;

  constructor(observe: (chunk: Buffer) => void, gzip: boolean) {
    super();
    this.observe = observe;
    this.gzip = gzip;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.gzip && this.size <= gzipSystemByte && this.size + chunk.length > gzipSystemByte)
      chunk[gzipSystemByte - this.size] = 255;
    this.size += chunk.length;
    this.observe(chunk);
    done(null, chunk);
  }
}
