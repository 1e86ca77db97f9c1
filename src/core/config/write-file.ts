import { randomBytes } from "node:crypto";
import { chmod, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Writes a file whole or not at all: beside it first, then renamed over it. Keeps its mode and its links. */
export function writeWhole(file: string, text: string): Promise<void> {
  return writeAllOrNone(new Map([[file, text]]));
}

/** Writes files so that a full disk or a missing permission leaves all of them as they were. */
export async function writeAllOrNone(files: ReadonlyMap<string, string>): Promise<void> {
  const staged: { target: string; beside: string }[] = [];
  try {
    for (const [file, text] of files) {
      const target = await realpath(file).catch(() => file);
      const beside = join(dirname(target), `.ecsctl-${randomBytes(6).toString("hex")}.tmp`);
      staged.push({ target, beside });
      await writeFile(beside, text, { flag: "wx" });
      await keepMode(target, beside);
    }
    for (const { target, beside } of staged) await rename(beside, target);
  } finally {
    for (const { beside } of staged) await rm(beside, { force: true });
  }
}

async function keepMode(target: string, beside: string): Promise<void> {
  const mode = await stat(target).then(
    (found) => found.mode,
    () => undefined,
  );
  if (mode !== undefined) await chmod(beside, mode & 0o7777);
}
