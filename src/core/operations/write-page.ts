import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { checkReportFiles } from "./report-files.ts";

/** Writes a page; gives its absolute path. Throws a usage error where it cannot be written. */
export async function writePage(file: string, render: () => Promise<string>): Promise<string> {
  await checkReportFiles({ page: { file, render } });
  await writeFile(resolve(file), await render());
  return resolve(file);
}
