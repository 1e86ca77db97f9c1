import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
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
  private begun = false;

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

  /** Begins an upload. The first one removes what uploads of an earlier run left unfinished. */
  begin(): Upload {
    const id = randomUUID();
    const dir = path.join(this.dir, "uploads");
    if (!this.begun) rmSync(dir, { recursive: true, force: true });
    this.begun = true;
    for (const folder of [dir, this.blobDir]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const upload: Upload = { id, file: path.join(dir, id), hash: createHash("sha256"), size: 0, busy: false };
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
    } catch (error) {
      // What was counted and what was written may differ now.
      await this.cancel(upload);
      throw error;
    } finally {
      upload.busy = false;
    }
  }

  /**
   * Makes the upload a blob and has it held by a record in the same moment, so that no sweep comes between. False, and
   * the upload is gone, when its content is not what `digest` says.
   */
  finish(upload: Upload, digest: string, hold: () => void): boolean {
    this.uploads.delete(upload.id);
    const matches = `sha256:${upload.hash.digest("hex")}` === digest;
    if (!matches) {
      rmSync(upload.file, { force: true });
      return false;
    }
    renameSync(upload.file, this.path(digest));
    hold();
    return true;
  }

  async cancel(upload: Upload): Promise<void> {
    this.uploads.delete(upload.id);
    await rm(upload.file, { force: true });
  }

  /** Removes the files of blobs that no repository holds any more; at once, so that no upload comes between. */
  sweep(isHeld: (digest: string) => boolean): void {
    if (this.uploads.size > 0 || !existsSync(this.blobDir)) return;
    for (const name of readdirSync(this.blobDir))
      if (!isHeld(`sha256:${name}`)) rmSync(path.join(this.blobDir, name), { force: true });
  }
}
