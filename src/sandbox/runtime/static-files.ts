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

/** Files up to this size are kept in memory; larger ones are streamed. */
const keptBytes = 1024 * 1024;
const keptEntries = 512;

export interface StaticAnswer {
  status: number;
  headers: Record<string, string | number>;
  body: Buffer | (() => ReadStream);
}

/** Answers for the paths of one folder. An image never changes, so an answer is made once. */
export class StaticFiles {
  private readonly root: string;
  private readonly answers = new Map<string, StaticAnswer>();

  constructor(root: string) {
    this.root = root;
  }

  /** `target` is a request's path with its query. The answer is at once there when it was made before. */
  find(target: string): StaticAnswer | Promise<StaticAnswer> {
    return this.answers.get(target) ?? this.make(target);
  }

  private async make(target: string): Promise<StaticAnswer> {
    const answer = await this.read(target);
    // Only what exists is kept: nobody fills the memory by asking for what is not there.
    if (answer.status === 200 && this.answers.size < keptEntries) this.answers.set(target, answer);
    return answer;
  }

  private async read(target: string): Promise<StaticAnswer> {
    const name = decodePath(target);
    if (name === undefined) return textAnswer(400, "Bad Request");
    const file = await this.locate(path.join(this.root, path.posix.normalize(name)));
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
      const [root, real] = await Promise.all([realpath(this.root), realpath(file)]);
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
  return { status: 200, headers, body: size <= keptBytes ? await readFile(file) : () => createReadStream(file) };
}

/** An answer of a few words, as web servers give them for errors. */
export function textAnswer(status: number, words: string): StaticAnswer {
  const body = Buffer.from(`<!DOCTYPE html><title>${status} ${words}</title><h1>${words}</h1>\n`);
  return { status, headers: { "content-type": types[".html"] ?? "", "content-length": body.length }, body };
}
