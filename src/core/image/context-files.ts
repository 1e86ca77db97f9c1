import { existsSync } from "node:fs";
import { readdir, readFile, readlink, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { LayerEntry } from "./layer.ts";
import { compileDockerignore, type Ignore } from "./dockerignore.ts";

/** What a build can see: one file, folder or link of the context. */
export type ContextEntry =
  | { kind: "file"; path: string; source: string; size: number; executable: boolean }
  | { kind: "directory"; path: string }
  | { kind: "link"; path: string; target: string };

/** Everything in the context that `.dockerignore` lets through, by path relative to the context, sorted. */
export type ContextFiles = Map<string, ContextEntry>;

/** Reads the context's list of files (not their content). `DOCKERFILE.dockerignore` comes before `.dockerignore`. */
export async function readContext(dir: string, dockerfile: string): Promise<ContextFiles> {
  const ignore = await readIgnore(dir, dockerfile);
  const entries: ContextEntry[] = [];
  await walk(dir, "", ignore, entries);
  // Sorted by code units: the same on every computer, whatever its language.
  entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return new Map(entries.map((entry) => [entry.path, entry]));
}

async function readIgnore(dir: string, dockerfile: string): Promise<Ignore> {
  const file = [`${dockerfile}.dockerignore`, path.join(dir, ".dockerignore")].find((name) => existsSync(name));
  return compileDockerignore(file === undefined ? "" : await readFile(file, "utf8"));
}

async function walk(dir: string, prefix: string, ignore: Ignore, entries: ContextEntry[]): Promise<void> {
  for (const item of await readdir(path.join(dir, prefix), { withFileTypes: true })) {
    const name = prefix === "" ? item.name : `${prefix}/${item.name}`;
    const ignored = ignore(name);
    if (item.isDirectory()) {
      if (!ignored) entries.push({ kind: "directory", path: name });
      // An ignored folder may hold files that a later `!` takes back in.
      await walk(dir, name, ignore, entries);
    } else if (ignored) continue;
    else if (item.isSymbolicLink())
      entries.push({ kind: "link", path: name, target: await readlink(path.join(dir, name)) });
    else if (item.isFile()) entries.push(await describeFile(path.join(dir, name), name));
  }
}

async function describeFile(source: string, name: string): Promise<ContextEntry> {
  const { size, mode } = await stat(source);
  return { kind: "file", path: name, source, size, executable: (mode & 0o100) !== 0 };
}

/** What a link given to COPY by name points to, when that is inside of the context. */
export async function followLink(dir: string, entry: ContextEntry): Promise<ContextEntry | undefined> {
  if (entry.kind !== "link") return entry;
  const [root, real] = await Promise.all([realpath(dir), realpath(path.join(dir, entry.path)).catch(() => "")]);
  if (!real.startsWith(root + path.sep) || !(await stat(real)).isFile()) return undefined;
  return await describeFile(real, entry.path);
}

/** What a stage copied, with the folders that its paths imply. */
export function asContext(files: ReadonlyMap<string, LayerEntry>): ContextFiles {
  const entries = new Map<string, ContextEntry>();
  for (const { path: name, mode, content } of files.values()) {
    for (let folder = path.posix.dirname(name); folder !== "."; folder = path.posix.dirname(folder))
      entries.set(folder, { kind: "directory", path: folder });
    if (content.kind === "file")
      entries.set(name, {
        kind: "file",
        path: name,
        source: content.source,
        size: content.size,
        executable: (mode & 0o100) !== 0,
      });
    else if (content.kind === "link") entries.set(name, { kind: "link", path: name, target: content.target });
    else entries.set(name, { kind: "directory", path: name });
  }
  return entries;
}
