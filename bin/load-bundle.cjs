// Loads the bundle with the code that V8 compiled of it in an earlier run. Node's own compile cache keeps only what is
// compiled before anything runs; most of the bundle is functions that are compiled when they are first called.
const fs = require("fs");
const os = require("os");
const path = require("path");
const vm = require("vm");

/** Loads a CommonJS file; `argv` names the command, as each command has another part of the bundle compiled. */
module.exports = function loadBundle(file, argv) {
  // Plain ASCII, so there is nothing to decode.
  const source = fs.readFileSync(file, "latin1");
  const cache = findCache(file, source, argv);
  const cachedData = cache && read(cache.file);
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    cachedData,
  });
  const loaded = { exports: {} };
  const load = script.runInThisContext();
  load.call(loaded.exports, loaded.exports, require("module").createRequire(file), loaded, file, path.dirname(file));
  if (cache && (!cachedData || script.cachedDataRejected)) {
    process.on("exit", function (code) {
      // A command that failed early has compiled but a part of what it needs to succeed; 10 is a plan with changes.
      if ((code === 0 || code === 10) && isCommand(loaded.exports.commands, cache.command)) write(cache, script);
    });
  }
  return loaded.exports;
};

/** Where the compiled code of this bundle, command and Node is; undefined when it is not to be kept. */
function findCache(file, source, argv) {
  const command = argv.find(function (word) {
    return /^[a-z]+$/.test(word);
  });
  if (!command || process.env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const home = process.env.XDG_CACHE_HOME || (os.homedir() && path.join(os.homedir(), ".cache"));
  if (!home || !path.isAbsolute(home)) return undefined;
  const folder = path.join(home, "ecsctl", "compiled");
  const build = `${source.length}-${Math.round(fs.statSync(file).mtimeMs)}`;
  const node = `${process.version}-${process.arch}`;
  return { command: command, folder: folder, build: build, file: path.join(folder, `${build}-${node}-${command}`) };
}

function read(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

function isCommand(commands, word) {
  return Object.keys(commands).some(function (id) {
    return id.split(":")[0] === word;
  });
}

/** Whole or not at all; a folder that cannot be written to is no fault. What another build left behind goes. */
function write(cache, script) {
  const beside = `${cache.file}.${process.pid}.tmp`;
  try {
    fs.mkdirSync(cache.folder, { recursive: true, mode: 0o700 });
    for (const name of fs.readdirSync(cache.folder)) {
      if (!name.startsWith(`${cache.build}-`)) fs.rmSync(path.join(cache.folder, name), { force: true });
    }
    fs.writeFileSync(beside, script.createCachedData(), { mode: 0o600 });
    fs.renameSync(beside, cache.file);
  } catch {
    fs.rmSync(beside, { force: true });
  }
}
