import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { bundlePage } from "./bundle-page.ts";

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
 * Two bundles, because splitting shakes for all entries together: the sandbox needs every operation's schema, the
 * commands only those that they send.
 */
async function bundle(outdir: string): Promise<void> {
  const commands = [...globSync("commands/**/*.ts", { cwd: src }), "core/loadtest/thread.ts"];
  await Promise.all([
    bundleTogether(outdir, "chunks", { main: "core/cli/main.ts", ...nameOutputs(commands) }),
    bundleTogether(outdir, "sandbox/chunks", nameOutputs(processes)),
  ]);
}

function nameOutputs(files: readonly string[]): Record<string, string> {
  return Object.fromEntries(files.map((file) => [file.replace(/\.ts$/, ""), file]));
}

/** Bundles entries (output name: file in src) that share their chunks. */
async function bundleTogether(outdir: string, chunks: string, entries: Record<string, string>): Promise<void> {
  await build({
    entryPoints: Object.entries(entries).map(([out, file]) => ({ in: join(src, file), out })),
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.22",
    // The SDK as ES modules: what is not called is left out.
    mainFields: ["module", "main"],
    // Every kept name is a call at start-up: only the sandbox, which starts once, may need them.
    keepNames: chunks.startsWith("sandbox"),
    minifySyntax: true,
    minifyWhitespace: true,
    chunkNames: `${chunks}/[name]-[hash]`,
    banner: { js: banner },
    legalComments: "linked",
    logLevel: "warning",
    plugins: [answerOptional, spellKeys, inlinePage],
  });
}

/** Packages that a dependency tries to load and does without. */
const answerOptional: Plugin = {
  name: "answer-optional",
  setup({ onResolve }) {
    // oclif's index would bring everything of it along, to every start.
    onResolve({ filter: /^@oclif\/core$/ }, () => ({ path: join(root, "scripts/oclif-core.ts") }));
    onResolve({ filter: /^(ts-node|typescript|tsconfig-paths|@oclif\/plugin-.*)(\/.*)?$/ }, ({ path }) => ({
      path,
      external: true,
    }));
  },
};

/**
 * The SDK's schemas say `{ [_eQN]: name }`, and esbuild keeps a computed key even where nobody needs it: all of EC2 would
 * be in the bundle. The same keys spelt out can be left out.
 */
const spellKeys: Plugin = {
  name: "spell-keys",
  setup({ onLoad }) {
    onLoad({ filter: /client-[\w-]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const names = new Map(
        [...text.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]),
      );
      return {
        contents: text.replace(/\[(_\w+)\]:/g, (all, name: string) => (names.has(name) ? `${names.get(name)}:` : all)),
      };
    });
  },
};

/** The page of a load report, finished: the release has neither its sources nor esbuild. */
const inlinePage: Plugin = {
  name: "inline-page",
  setup({ onLoad }) {
    onLoad({ filter: /core\/output\/page-assets\.ts$/ }, async () => ({
      contents: `const page = ${JSON.stringify(await bundlePage())}; export const loadPageAssets = async () => page;`,
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
