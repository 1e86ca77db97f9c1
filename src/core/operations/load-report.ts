import { resolve } from "node:path";
import { checkReportFiles, type RenderPage, readReportFile, writeReportFiles } from "./report-files.ts";

/** The document of `loadtest report`. */
export interface PageWritten {
  /** Absolute path of the page. */
  report: string;
  /** Absolute path of the document that it shows. */
  from: string;
  verdict: string;
}

/** Makes the page of a kept report again; beside it unless another file is named. */
export async function rebuildReport(from: string, to: string | undefined, render: RenderPage): Promise<PageWritten> {
  const file = to ?? `${from.replace(/\.json$/, "")}.html`;
  const report = await readReportFile(from);
  const page = { file, render };
  await checkReportFiles({ page });
  await writeReportFiles(report, { page });
  return { report: resolve(file), from: resolve(from), verdict: report.verdict };
}
