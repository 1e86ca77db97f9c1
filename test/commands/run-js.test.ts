import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, describe, it } from "node:test";
import { collect, root } from "../support/run-cli.ts";

const oldNode = findOldNode();
const skip = oldNode === undefined ? "this machine has no Node older than 22.22 to try" : false;
const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A Node on the PATH, or where systems put theirs, that is too old for ecsctl. */
function findOldNode(): string | undefined {
  const places = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/local/bin"];
  return places
    .map((folder) => join(folder, "node"))
    .find((file) => {
      try {
        const [, major = "", minor = ""] =
          /^v(\d+)\.(\d+)/.exec(execFileSync(file, ["--version"], { encoding: "utf8" })) ?? [];
        return major !== "" && (Number(major) < 22 || (Number(major) === 22 && Number(minor) < 22));
      } catch {
        return false;
      }
    });
}

/** A checkout without anything but bin and package.json; `pinned` is the script that stands for its Node. */
function makeCheckout(pinned?: string): string {
  const folder = mkdtempSync(join(tmpdir(), "ecsctl-run-"));
  folders.push(folder);
  cpSync(join(root, "bin"), join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "version": "1.2.3" }');
  if (pinned !== undefined) {
    mkdirSync(join(folder, "node_modules/node/bin"), { recursive: true });
    writeFileSync(join(folder, "node_modules/node/bin/node"), `#!/bin/sh\n${pinned}\n`, { mode: 0o755 });
  }
  return folder;
}

function start(checkout: string, ...args: string[]) {
  return spawn(oldNode ?? "", [join(checkout, "bin/run.js"), ...args]);
}

describe("bin/run.js on a Node that is too old", { skip }, () => {
  it("says in one line what is needed, without a stack trace", async () => {
    const { code, stdout, stderr } = await collect(start(makeCheckout(), "status"));
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^Error: ecsctl needs Node\.js 22\.22 or newer; this is v\d+\S+\. [^\n]*\n$/);
  });

  it("says it as a document with --json", async () => {
    const { code, stdout } = await collect(start(makeCheckout(), "status", "--json"));
    assert.equal(code, 2);
    assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, "NodeTooOld");
  });

  it("steps over to the Node of the checkout, with arguments and exit code", async () => {
    const { code, stdout } = await collect(start(makeCheckout('shift; echo "$@"; exit 7'), "a", "b c"));
    assert.equal(code, 7);
    assert.equal(stdout, "a b c\n");
  });

  it("passes signals on", async () => {
    const child = start(makeCheckout('trap "exit 143" TERM; echo ready; while :; do sleep 0.05; done'));
    await once(child.stdout, "data");
    const outcome = collect(child);
    child.kill("SIGTERM");
    assert.equal((await outcome).code, 143);
  });

  it("really runs this checkout", async () => {
    const { code, stdout } = await collect(start(root, "--version"));
    assert.equal(code, 0);
    assert.match(stdout, /node-v2[2-9]/);
  });
});

describe("bin/run.js", () => {
  it("answers --version from package.json alone", async () => {
    const { code, stdout } = await collect(spawn(process.execPath, [join(makeCheckout(), "bin/run.js"), "--version"]));
    assert.equal(code, 0);
    assert.match(stdout, /^ecsctl\/1\.2\.3 /);
  });
});
