import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configError } from "../errors.ts";
import type { ExportedFile } from "../export/source.ts";

/** Writes the files into a folder, which it makes, and returns their paths. Throws before it writes over any. */
export async function writeExportedFiles(
  folder: string,
  files: readonly ExportedFile[],
  force: boolean,
): Promise<string[]> {
  const paths = files.map(({ name }) => join(folder, name));
  const there = paths.filter((path) => existsSync(path));
  if (there.length > 0 && !force)
    throw configError({
      code: "FileExists",
      message: `${there.join(" and ")} exist${there.length === 1 ? "s" : ""} already.`,
      hint: "Another --out, or --force to write over.",
    });
  try {
    await mkdir(folder, { recursive: true });
    for (const [index, path] of paths.entries()) await writeFile(path, files[index]?.content ?? "");
  } catch (error) {
    throw configError({
      code: "FileUnwritable",
      message: `The export cannot be written to ${folder}: ${error instanceof Error ? error.message : String(error)}.`,
      cause: error,
    });
  }
  return paths;
}
