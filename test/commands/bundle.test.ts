import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { collect, type Outcome, root } from "../support/run-cli.ts";

/** What npm would install, and nothing else: no src, no node_modules. */
const shipped = ["bin", "dist", "templates", "schema", "package.json", "oclif.manifest.json"];
let installed = "";

before(() => {
  assert.ok(existsSync(join(root, "dist/main.js")), "the bundle is tested as it was built: npm run build");
  installed = mkdtempSync(join(tmpdir(), "ecsctl-bundle-"));
  for (const name of shipped) cpSync(join(root, name), join(installed, name), { recursive: true });
});
after(() => rmSync(installed, { recursive: true, force: true }));

function run(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [join(installed, "bin/run.js"), ...args], {
    cwd: installed,
    env: { PATH, HOME, ...env },
  });
  child.stdin.end();
  return collect(child);
}

describe("the bundle, without src and node_modules", { concurrency: 2 }, () => {
  const ids = globSync("**/*.ts", { cwd: join(root, "src/commands") })
    .map((file) => file.replace(/\.ts$/, "").replaceAll("/", " "))
    .sort();

  it("knows every command", async () => {
    const { stdout } = await run(["--help"]);
    for (const id of ids) assert.match(stdout, new RegExp(`^ {2}${id.split(" ")[0]} `, "m"));
  });

  for (const id of ids) {
    it(`loads ${id}`, async () => {
      const { code, stdout, stderr } = await run([...id.split(" "), "--no-such-flag", "--json"]);
      assert.equal(code, 2, stderr);
      assert.match(stdout, /^\{"error":\{"code":"(UnknownFlag|MissingArgument)"/);
    });
  }

  it("finds its templates, its configuration and, when nobody answers, AWS's absence", async () => {
    assert.equal((await run(["init", "--yes", "--dir", "app"])).code, 0);
    const env = {
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      AWS_ACCESS_KEY_ID: "x",
      AWS_SECRET_ACCESS_KEY: "x",
      AWS_MAX_ATTEMPTS: "1",
    };
    const { code, stdout, stderr } = await run(["status", "--json", "-c", "app/ecsctl.yaml"], env);
    assert.equal(code, 4, stdout + stderr);
    assert.doesNotMatch(stdout, /InternalFault/);
  });
});
