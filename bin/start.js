// Runs on any Node that knows ES modules, so without the prefix node: and with nothing newer than ES2015 syntax:
// the rest is loaded only after the version is known to do.
import { createRequire } from "module";
import { fileURLToPath, pathToFileURL } from "url";

// An import would read every getter of a built-in module, and what is behind it.
const require = createRequire(import.meta.url);
const fs = require("fs");
const path = require("path");

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const minimum = [22, 22];

/** Whether this Node can run ecsctl. */
function isNewEnough() {
  const version = process.versions.node.split(".").map(Number);
  return version[0] > minimum[0] || (version[0] === minimum[0] && version[1] >= minimum[1]);
}

/** Starts ecsctl, or steps over to the Node of the checkout, or says what is needed. */
export function start(options) {
  if (!isNewEnough()) return stepOver();
  const argv = process.argv.slice(2);
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-v")) return printVersion();
  const bundle = path.join(root, "dist", "main.cjs");
  const fromSource = options.fromSource === true || !fs.existsSync(bundle);
  if (fromSource) {
    return import(pathToFileURL(path.join(root, "src", "core", "cli", "main.ts")).href).then(function (entry) {
      return entry.main({ root: root, argv: argv });
    });
  }
  const entry = require("./load-bundle.cjs")(bundle, argv);
  return entry.main({ root: root, argv: argv, commands: entry.commands });
}

/** The version alone needs nothing but package.json. */
function printVersion() {
  const version = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")).version;
  process.stdout.write(`ecsctl/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
}

/** A checkout pins a Node that is new enough (the development dependency `node`). */
function stepOver() {
  const pinned = path.join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (process.env.ECSCTL_STEPPED_OVER || !fs.existsSync(pinned)) return refuse();
  let child = null;
  // Before the child can say that it runs: a signal in between would end this process and leave the child behind.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    // A terminal sends Ctrl-C to both processes: this one only waits then, or the child would hear it twice.
    process.on(signal, function () {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child = require("child_process").spawn(pinned, process.argv.slice(1), {
    stdio: "inherit",
    env: Object.assign({}, process.env, { ECSCTL_STEPPED_OVER: "1" }),
  });
  child.on("error", refuse);
  child.on("exit", function (code, signal) {
    if (signal === null) process.exit(code);
    process.exit(128 + require("os").constants.signals[signal]);
  });
}

/** One line, no stack trace. */
function refuse() {
  const needed = `Node.js ${minimum.join(".")} or newer`;
  const message = `ecsctl needs ${needed}; this is ${process.version}.`;
  const hint = "Install a newer one from https://nodejs.org, or run npm ci in a checkout, which brings its own.";
  if (process.argv.includes("--json")) {
    process.stdout.write(`${JSON.stringify({ error: { code: "NodeTooOld", message: message, hint: hint } })}\n`);
  } else {
    process.stderr.write(`Error: ${message} ${hint}\n`);
  }
  process.exitCode = 2;
}
