import { createReadStream, type ReadStream } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".htm": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".xml": "application/xml",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".ico": "image/x-icon",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".ttf": "font/ttf",
  ".mp4": "video/mp4",
  ".webm": "video/webm",
  ".pdf": "application/pdf",
  ".wasm": "application/wasm",
};

/** Files up to this size are read at once; larger ones are streamed. */
const readAtOnceBytes = 1024 * 1024;

export interface StaticAnswer {
  status: number;
  headers: Record<string, string | number>;
  body: Buffer | (() => ReadStream);
}

/**
 * Answers for the paths of one folder. Every request opens its file anew, as the web servers of images do: a task must
 * cost what serving costs, or load would not show in its CPU.
 */
export class StaticFiles {
  private readonly root: Promise<string>;

  constructor(root: string) {
    this.root = realpath(root).catch(() => root);
  }

  /** `target` is a request's path with its query. */
  async find(target: string): Promise<StaticAnswer> {
    const name = decodePath(target);
    if (name === undefined) return textAnswer(400, "Bad Request");
    const file = await this.locate(path.join(await this.root, path.posix.normalize(name)));
    if (file === undefined) return textAnswer(404, "Not Found");
    const info = await stat(file);
    if (!info.isDirectory()) return await fileAnswer(file, info.size, info.mtime);
    if (!name.endsWith("/")) return { ...textAnswer(301, "Moved Permanently"), headers: { location: `${name}/` } };
    const index = await this.locate(path.join(file, "index.html"));
    if (index === undefined) return textAnswer(404, "Not Found");
    const indexInfo = await stat(index);
    return await fileAnswer(index, indexInfo.size, indexInfo.mtime);
  }

  /** The real file, or undefined when it is missing or a link leads it out of the folder. */
  private async locate(file: string): Promise<string | undefined> {
    try {
      const [root, real] = await Promise.all([this.root, realpath(file)]);
      return real === root || real.startsWith(root + path.sep) ? real : undefined;
    } catch {
      return undefined;
    }
  }
}

/** The decoded path, or undefined when it is malformed or climbs. */
function decodePath(target: string): string | undefined {
  try {
    const name = decodeURIComponent(target.split(/[?#]/, 1)[0] ?? "/");
    return name.startsWith("/") && !name.includes("\0") && !name.split("/").includes("..") ? name : undefined;
  } catch {
    return undefined;
  }
}

async function fileAnswer(file: string, size: number, modified: Date): Promise<StaticAnswer> {
  const headers = {
    "content-type": types[path.extname(file).toLowerCase()] ?? "application/octet-stream",
    "content-length": size,
    "last-modified": modified.toUTCString(),
    etag: `"${size.toString(16)}-${Math.trunc(modified.getTime()).toString(16)}"`,
  };
  return { status: 200, headers, body: size <= readAtOnceBytes ? await readFile(file) : () => createReadStream(file) };
}

/** An answer of a few words, as web servers give them for errors. */
export function textAnswer(status: number, words: string): StaticAnswer {
  const body = Buffer.from(`<!DOCTYPE html><title>${status} ${words}</title><h1>${words}</h1>\n`);
  return { status, headers: { "content-type": types[".html"] ?? "", "content-length": body.length }, body };
}
