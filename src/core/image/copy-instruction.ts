import path from "node:path";
import { type ContextEntry, type ContextFiles, followLink } from "./context-files.ts";
import { dockerfileError } from "./dockerfile-lines.ts";
import type { Instruction } from "./dockerfile.ts";
import { globSource } from "./dockerignore.ts";
import type { LayerEntry } from "./layer.ts";
import { expand, expandWords, resolveInImage, type StageState } from "./stage-state.ts";

/** Where COPY takes its files from. */
export interface CopySource {
  files: ContextFiles;
  /** The context's folder, to follow links in; undefined for `--from`. */
  dir: string | undefined;
  /** For messages: `the build context`. */
  what: string;
}

/** Folders of well-known base images: a single file copied there goes into the folder, slash or not. */
const knownFolders = ["/usr/local/apache2/htdocs", "/usr/share/nginx/html", "/var/www/html", "/usr/share/caddy"];

const understood: Record<string, readonly string[]> = {
  COPY: ["from", "chown", "chmod", "link"],
  ADD: ["chown", "chmod", "link"],
};

/** What COPY (or ADD of local files) puts into the image, as entries of a layer. */
export async function planCopy(state: StageState, instruction: Instruction, source: CopySource): Promise<LayerEntry[]> {
  checkFlags(state, instruction);
  const words = expandWords(state, instruction);
  const target = words.pop();
  if (target === undefined || words.length === 0)
    throw dockerfileError(
      state.file,
      instruction.line,
      `found ${instruction.name} ${instruction.text}, expected SOURCE… TARGET`,
    );
  const matches = await Promise.all(words.map((word) => findSources(state, instruction, source, word)));
  const chosen = matches.flat();
  const place = decidePlace(state, resolveInImage(state, target), chosen, words.length);
  if (place === undefined)
    throw dockerfileError(
      state.file,
      instruction.line,
      `found several sources and the target ${JSON.stringify(target)}, expected a target that ends with /`,
    );
  const owner = readOwner(state, instruction);
  const mode = readMode(state, instruction);
  return chosen.flatMap((entry) =>
    toLayer(entry, source.files, place).map((made) => ({ ...made, ...owner, ...mode(made) })),
  );
}

function checkFlags(state: StageState, { name, line, flags }: Instruction): void {
  const unknown = Object.keys(flags).find((flag) => !understood[name]?.includes(flag));
  if (unknown !== undefined)
    throw dockerfileError(state.file, line, `${name} --${unknown} needs an engine's builder`, {
      code: "DockerfileUnsupported",
      hint: "ecsctl push --engine docker",
    });
}

async function findSources(
  state: StageState,
  { name, line }: Instruction,
  { files, dir, what }: CopySource,
  word: string,
): Promise<ContextEntry[]> {
  if (name === "ADD") refuseRemote(state, line, word);
  const wanted = path.posix.normalize(path.posix.join("/", word)).replace(/^\/|\/$/g, "");
  if (wanted === "") return [{ kind: "directory", path: "" }];
  const pattern = new RegExp(`^${globSource(wanted)}$`);
  const found = [...files.values()].filter((entry) => pattern.test(entry.path));
  const real = dir === undefined ? found : await Promise.all(found.map((entry) => followLink(dir, entry)));
  const usable = real.filter((entry) => entry !== undefined);
  if (usable.length === 0)
    throw dockerfileError(state.file, line, `found no ${JSON.stringify(word)} in ${what}`, {
      code: "CopySourceNotFound",
      why: "It does not exist there, or .dockerignore leaves it out.",
    });
  return usable;
}

/** ADD's extra talents need a builder that can download and unpack. */
function refuseRemote(state: StageState, line: number, word: string): void {
  const remote = /^(https?:\/\/|git@|ftp:\/\/)/.test(word);
  if (!remote && !/\.(tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz|zst))$/.test(word)) return;
  const what = remote ? "ADD of a URL" : "ADD of an archive (it would be unpacked)";
  throw dockerfileError(state.file, line, `${what} needs an engine's builder`, {
    code: "DockerfileUnsupported",
    hint: remote
      ? "ecsctl push --engine docker"
      : "COPY it if it is not to be unpacked, or: ecsctl push --engine docker",
  });
}

interface Place {
  path: string;
  /** The target is a folder that things go into; else it is the new name of the one file. */
  folder: boolean;
}

/** Undefined when several things are to become one file. */
function decidePlace(state: StageState, target: string, chosen: ContextEntry[], words: number): Place | undefined {
  const name = target.replace(/^\/|\/$/g, "");
  const isFolder =
    target.endsWith("/") || knownFolders.includes(target) || state.files.get(name)?.content.kind === "directory";
  if (isFolder) return { path: name, folder: true };
  const [only] = chosen;
  if (words > 1 || chosen.length !== 1 || !only) return undefined;
  return { path: name, folder: only.kind === "directory" };
}

const join = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

/** A folder gives what is in it, without its own name; a file goes under its name or the target's. */
function toLayer(entry: ContextEntry, files: ContextFiles, place: Place): LayerEntry[] {
  if (entry.kind !== "directory")
    return [describe(entry, place.folder ? join(place.path, path.posix.basename(entry.path)) : place.path)];
  const prefix = entry.path === "" ? "" : `${entry.path}/`;
  return [...files.values()]
    .filter((inner) => inner.path.startsWith(prefix) && inner.path !== entry.path)
    .map((inner) => describe(inner, join(place.path, inner.path.slice(prefix.length))));
}

function describe(entry: ContextEntry, target: string): LayerEntry {
  const owner = { uid: 0, gid: 0 };
  // Two modes only, so that a checkout with another umask makes the same image.
  if (entry.kind === "directory") return { path: target, mode: 0o755, ...owner, content: { kind: "directory" } };
  if (entry.kind === "link")
    return { path: target, mode: 0o777, ...owner, content: { kind: "link", target: entry.target } };
  const { source, size } = entry;
  return { path: target, mode: entry.executable ? 0o755 : 0o644, ...owner, content: { kind: "file", source, size } };
}

/** `--chown=1000:1000`; names other than root are known only to the base image's `/etc/passwd`. */
function readOwner(state: StageState, instruction: Instruction): { uid: number; gid: number } {
  const given = instruction.flags["chown"];
  if (given === undefined) return { uid: 0, gid: 0 };
  const [user = "", group = user] = expand(state, instruction, given).split(":");
  const [uid, gid] = [user, group].map((name) => (name === "root" ? 0 : /^\d+$/.test(name) ? Number(name) : undefined));
  if (uid === undefined || gid === undefined)
    throw dockerfileError(state.file, instruction.line, `found --chown=${given}, expected numbers such as 1000:1000`, {
      code: "DockerfileUnsupported",
      why: "The builtin builder cannot look names up in the base image.",
    });
  return { uid, gid };
}

function readMode(state: StageState, instruction: Instruction): (entry: LayerEntry) => { mode?: number } {
  const given = instruction.flags["chmod"];
  if (given === undefined) return () => ({});
  const text = expand(state, instruction, given);
  if (!/^[0-7]{3,4}$/.test(text))
    throw dockerfileError(state.file, instruction.line, `found --chmod=${text}, expected octal digits such as 755`);
  return () => ({ mode: Number.parseInt(text, 8) });
}
