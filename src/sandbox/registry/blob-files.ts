import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** An upload that has begun: a file that grows, and the hash of what it holds. */
export interface Upload {
  readonly id: string;
  readonly file: string;
  readonly hash: ReturnType<typeof createHash>;
  size: number;
  /** Set while a body is being written: one at a time. */
  busy: boolean;
}

/** Blobs as files named by their digest; uploads beside them until they are whole. */
export class BlobFiles {
  private readonly dir: string;
  private readonly blobDir: string;
  private readonly uploads = new Map<string, Upload>();

  constructor(dir: string) {
    this.dir = dir;
    this.blobDir = path.join(dir, "blobs", "sha256");
  }

  path(digest: string): string {
    return path.join(this.blobDir, digest.slice("sha256:".length));
  }

  /** Bytes, or undefined when there is no such file. */
  async size(digest: string): Promise<number | undefined> {
    return stat(this.path(digest)).then(
      (found) => found.size,
      () => undefined,
    );
  }

  read(digest: string): Readable {
    return createReadStream(this.path(digest));
  }

  async begin(): Promise<Upload> {
    const id = randomUUID();
    await mkdir(path.join(this.dir, "uploads"), { recursive: true, mode: 0o700 });
    await mkdir(this.blobDir, { recursive: true, mode: 0o700 });
    const file = path.join(this.dir, "uploads", id);
    const upload: Upload = { id, file, hash: createHash("sha256"), size: 0, busy: false };
    this.uploads.set(id, upload);
    return upload;
  }

  upload(id: string): Upload | undefined {
    return this.uploads.get(id);
  }

  /** Adds a body to the upload as it streams in. */
  async append(upload: Upload, body: Readable): Promise<void> {
    upload.busy = true;
    try {
      await pipeline(
        body,
        async function* count(source: AsyncIterable<Buffer>) {
          for await (const chunk of source) {
            upload.hash.update(chunk);
            upload.size += chunk.length;
            yield chunk;
          }
        },
        createWriteStream(upload.file, { flags: "a", mode: 0o600 }),
      );
    } finally {
      upload.busy = false;
    }
  }

  /** Makes the upload a blob. False, and the upload is gone, when its content is not what `digest` says. */
  async finish(upload: Upload, digest: string): Promise<boolean> {
    this.uploads.delete(upload.id);
    const matches = `sha256:${upload.hash.digest("hex")}` === digest;
    if (matches) await rename(upload.file, this.path(digest));
    else await rm(upload.file, { force: true });
    return matches;
  }

  async cancel(upload: Upload): Promise<void> {
    this.uploads.delete(upload.id);
    await rm(upload.file, { force: true });
  }

  /** Removes the files of blobs that no repository holds any more. */
  async sweep(isHeld: (digest: string) => boolean): Promise<void> {
    if (this.uploads.size > 0) return;
    for (const name of await readdir(this.blobDir).catch(() => []))
      if (!isHeld(`sha256:${name}`)) await rm(path.join(this.blobDir, name), { force: true });
  }
}
