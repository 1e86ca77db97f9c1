import { rename, rm, writeFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const src = join(root, "src");
const dist = join(root, "dist");

/** Processes that are started by their path, so each needs a file of its own. */
const processes = globSync(["sandbox/main.ts", "sandbox/runtime/{static-task,node-task,watchdog}.ts"], { cwd: src });

/** What a file loads when it wants a package that is not there: the bundle's CommonJS parts call these. */
const banner = [
  `import { createRequire as ecsctlCreateRequire } from "node:module";`,
  `import { fileURLToPath as ecsctlFileURLToPath } from "node:url";`,
  `import { dirname as ecsctlDirname } from "node:path";`,
  `const require = ecsctlCreateRequire(import.meta.url);`,
  `const __filename = ecsctlFileURLToPath(import.meta.url);`,
  `const __dirname = ecsctlDirname(__filename);`,
].join("\n");

/**
 * The SDK ships CommonJS and ES modules; esbuild prefers the former for `require` and the latter for `import`, which
 * would bundle both. Everything the SDK needs goes in as ES modules, and its browser parts stay out.
 */
async function bundle(outdir: string): Promise<void> {
  const commands = globSync("commands/**/*.ts", { cwd: src });
  const entries = ["core/cli/main.ts", ...commands, ...processes];
  await build({
    entryPoints: entries.map((file) => ({
      in: join(src, file),
      out: file === "core/cli/main.ts" ? "main" : file.replace(/\.ts$/, ""),
    })),
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.22",
    mainFields: ["module", "main"],
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    chunkNames: "chunks/[name]-[hash]",
    banner: { js: banner },
    legalComments: "linked",
    logLevel: "warning",
    plugins: [answerOptional],
  });
}

/** Packages that a dependency tries to load and does without. */
const answerOptional: Plugin = {
  name: "answer-optional",
  setup({ onResolve }) {
    onResolve({ filter: /^(ts-node|typescript|tsconfig-paths|@oclif\/plugin-.*)(\/.*)?$/ }, ({ path }) => ({
      path,
      external: true,
    }));
  },
};

/** oclif's manifest: with it, only the command that runs is loaded. */
async function writeManifest(): Promise<void> {
  const { describeCommands } = (await import(pathToFileURL(join(dist, "main.js")).href)) as {
    describeCommands(root: string): Promise<unknown>;
  };
  await writeFile(join(root, "oclif.manifest.json"), `${JSON.stringify(await describeCommands(root))}\n`);
}

const started = performance.now();
// Beside it first: what fails to build leaves the last build in place.
const staged = join(root, `dist.${process.pid}.tmp`);
try {
  await bundle(staged);
  await rm(dist, { recursive: true, force: true });
  await rm(join(root, "oclif.manifest.json"), { force: true });
  await rename(staged, dist);
} finally {
  await rm(staged, { recursive: true, force: true });
}
await writeManifest();
console.log(`built dist in ${((performance.now() - started) / 1000).toFixed(1)} s`);
