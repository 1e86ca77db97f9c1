import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { describeCommands } from "../src/core/cli/command-source.ts";
import { bundlePage } from "./bundle-page.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const src = join(root, "src");
const dist = join(root, "dist");

/** Processes that are started by their path, so each needs a file of its own. */
const processes = globSync(["sandbox/main.ts", "sandbox/runtime/{static-task,node-task,watchdog}.ts"], { cwd: src });

/** What a process or thread loads when it wants a package that is not there: the bundle's CommonJS parts call these. */
const banner = [
  `import { createRequire as ecsctlCreateRequire } from "node:module";`,
  `import { fileURLToPath as ecsctlFileURLToPath } from "node:url";`,
  `import { dirname as ecsctlDirname } from "node:path";`,
  `const require = ecsctlCreateRequire(import.meta.url);`,
  `const __filename = ecsctlFileURLToPath(import.meta.url);`,
  `const __dirname = ecsctlDirname(__filename);`,
].join("\n");

/**
 * Bundles of their own, because splitting shakes for all entries together: the sandbox needs every operation's schema, the
 * commands only those that they send.
 */
async function bundle(outdir: string): Promise<void> {
  await Promise.all([bundleCommands(outdir), bundleThread(outdir), bundleProcesses(outdir)]);
}

/**
 * One CommonJS file with all commands. What is imported by `import()` is evaluated when that is reached, so a command
 * pays for its own parts only; a file a chunk would be resolved, read and linked one by one. And `require("node:http")`
 * costs a third of its import, which reads every getter of it, `WebSocket` and all that is behind it too.
 * In two steps, because only separate chunks leave out what is not called.
 */
async function bundleCommands(outdir: string): Promise<void> {
  const loaders = globSync("commands/**/*.ts", { cwd: src }).map((file) => {
    const id = file.replace(/^commands\/|\.ts$/g, "").replaceAll("/", ":");
    return `${JSON.stringify(id)}: () => import(${JSON.stringify(`./${file}`)}),`;
  });
  const contents = `export { main } from "./core/cli/main.ts"; export const commands = {${loaders.join("\n")}};`;
  const chunks = join(outdir, "chunks");
  await build({
    ...shared,
    stdin: { contents, resolveDir: src, sourcefile: "commands.ts" },
    outdir: chunks,
    format: "esm",
    splitting: true,
    define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename" },
    legalComments: "inline",
  });
  await build({
    ...shared,
    entryPoints: [join(chunks, "stdin.js")],
    outfile: join(outdir, "main.cjs"),
    format: "cjs",
    // `import("node:http")`, as the SDK has it, becomes `require` too.
    supported: { "dynamic-import": false },
    // zlib is a package's fallback for a built-in module, by eval.
    logOverride: { "direct-eval": "silent" },
    plugins: [],
  });
  await rm(chunks, { recursive: true });
  await spellOutForeign(join(outdir, "main.cjs"));
}

/** The load generator's threads are started by their file. */
async function bundleThread(outdir: string): Promise<void> {
  const file = "core/loadtest/thread";
  await build({
    ...shared,
    entryPoints: [join(src, `${file}.ts`)],
    outfile: join(outdir, `${file}.js`),
    format: "esm",
    banner: { js: banner },
  });
}

/** esbuild leaves characters outside of ASCII in regular expressions; without them the file need not be decoded. */
async function spellOutForeign(file: string): Promise<void> {
  const text = await readFile(file, "utf8");
  await writeFile(
    file,
    text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

/** The sandbox's processes share their chunks. */
async function bundleProcesses(outdir: string): Promise<void> {
  await build({
    ...shared,
    entryPoints: processes.map((file) => ({ in: join(src, file), out: file.replace(/\.ts$/, "") })),
    outdir,
    format: "esm",
    splitting: true,
    chunkNames: "sandbox/chunks/[name]-[hash]",
    // Every kept name is a call at start-up: only the sandbox, which starts once, may need them.
    keepNames: true,
    banner: { js: banner },
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

/** The SDK's HTTP handler loads TLS for its default agent; against a plain endpoint nobody needs it. */
const loadHttpsLate: Plugin = {
  name: "load-https-late",
  setup({ onLoad }) {
    onLoad({ filter: /node-http-handler\/dist-es\/node-https\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const late = `const node_https = new Proxy({}, { get: (_, name) => process.getBuiltinModule("node:https")[name] });`;
      return { contents: text.replace('import node_https from "node:https";', late) };
    });
  },
};

/** The page of a load report, finished: the release has neither its sources nor esbuild. */
const inlinePage: Plugin = {
  name: "inline-page",
  setup({ onLoad }) {
    onLoad({ filter: /core\/output\/page-assets\.ts$/ }, async () => ({
      contents: [
        `const page = ${JSON.stringify(await bundlePage())};`,
        `const rehearsal = ${JSON.stringify((await bundlePage("rehearsal-page")).script)};`,
        `export const loadPageAssets = async () => page;`,
        `export const loadRehearsalAssets = async () => ({ script: rehearsal, style: page.style });`,
      ].join("\n"),
    }));
  },
};

const shared = {
  bundle: true,
  platform: "node",
  target: "node22.22",
  // The SDK as ES modules: what is not called is left out.
  mainFields: ["module", "main"],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "linked",
  logLevel: "warning",
  plugins: [answerOptional, spellKeys, loadHttpsLate, inlinePage],
} satisfies BuildOptions;

/** oclif's manifest: what help must know of every command without loading one. */
async function writeManifest(): Promise<void> {
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
