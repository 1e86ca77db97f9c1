import { join } from "node:path";
import { build } from "esbuild";

const folder = join(import.meta.dirname, "../src/core/output/report-page");

/** What a page runs and looks like, with uPlot inside, as one script and one style sheet. */
export async function bundlePage(page: "page" | "rehearsal-page" = "page"): Promise<{ script: string; style: string }> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, `${page}.ts`), join(folder, "style.css")],
    bundle: true,
    minify: true,
    write: false,
    outdir: "/",
    format: "iife",
    platform: "browser",
    target: ["es2022", "chrome110", "firefox110", "safari16"],
    // The licence asks for it.
    banner: { js: "/*! with uPlot, https://github.com/leeoniya/uPlot, MIT License, (c) Leon Sorokin */" },
    logLevel: "error",
  });
  const textOf = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
  return { script: textOf(".js"), style: textOf(".css") };
}
