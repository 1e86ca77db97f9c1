import { access, constants, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { usageError } from "../errors.ts";
import { loadReportSchema, reportVersion } from "../loadtest/report-schema.ts";
import type { LoadReport } from "../loadtest/report.ts";

/** Makes the page of a report; given by the command, because operations print nothing. */
export type RenderPage = (report: LoadReport) => Promise<string>;

export interface ReportFiles {
  /** File for the whole document. */
  out?: string | undefined;
  /** File for the page. */
  page?: { file: string; render: RenderPage } | undefined;
}

/** Refuses before the load what could not be written after it. Throws usage errors. */
export async function checkReportFiles({ out, page }: ReportFiles): Promise<void> {
  if (out !== undefined) await checkWritable("--out", out);
  if (page) await checkWritable("--report", page.file);
}

async function checkWritable(flag: string, file: string): Promise<void> {
  const path = resolve(file);
  try {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) throw new Error("this is a folder");
    await access(found ? path : dirname(path), constants.W_OK);
  } catch (error) {
    throw usageError({
      code: "CannotWriteReport",
      message: `${flag} ${file}: cannot be written.`,
      why: (error as Error).message,
      hint: "Name a file in a folder that exists.",
    });
  }
}

/** Writes what was asked for; gives the absolute paths. */
export async function writeReportFiles(report: LoadReport, { out, page }: ReportFiles): Promise<string[]> {
  if (out !== undefined) await writeFile(resolve(out), `${JSON.stringify(report)}\n`);
  if (page) await writeFile(resolve(page.file), await page.render(report));
  return [out, page?.file].flatMap((file) => (file === undefined ? [] : [resolve(file)]));
}

/** The report for stdout: without the latencies of each second, which only files have room for. */
export function withoutHistograms(report: LoadReport): LoadReport {
  return { ...report, timeline: report.timeline.map(({ histogram: _histogram, ...sample }) => sample) };
}

/** Reads a file that `loadtest --out` (or `--json`) wrote. Throws usage errors that say what is wrong with it. */
export async function readReportFile(file: string): Promise<LoadReport> {
  const text = await readFile(resolve(file), "utf8").catch((error: Error) => {
    throw unreadable(file, error.message);
  });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw unreadable(file, `it is not JSON: ${(error as Error).message}`);
  }
  const version = (document as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version > reportVersion)
    throw unreadable(file, `its version is ${version}, and this ecsctl knows ${reportVersion}: a newer one wrote it`);
  const parsed = loadReportSchema.loose().safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unreadable(file, `${issue?.path.join(".") || "the document"}: ${issue?.message}`);
}

const unreadable = (file: string, why: string) =>
  usageError({
    code: "InvalidReport",
    message: `${file} is not a report of a load test.`,
    why,
    hint: "Write one with: ecsctl loadtest --out FILE.json",
  });
