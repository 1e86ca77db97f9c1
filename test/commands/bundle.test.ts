import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { collect, type Outcome, root } from "../support/run-cli.ts";

let installed = "";

/** The files that `npm publish` would send, relative to the checkout. */
function listShipped(): string[] {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const packed: unknown = JSON.parse(execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: "pipe" }));
  // npm 11 answers with a list, npm 12 with an object by name.
  const [pack] = Object.values(packed as Record<string, { files: { path: string }[] }>);
  return (pack?.files ?? []).map(({ path }) => path);
}

let shipped: string[] = [];

before(() => {
  assert.ok(existsSync(join(root, "dist/main.cjs")), "the bundle is tested as it was built: npm run build");
  installed = mkdtempSync(join(tmpdir(), "ecsctl-bundle-"));
  shipped = listShipped();
  for (const file of shipped) cpSync(join(root, file), join(installed, file), { recursive: true });
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

describe("the package, as npm would install it: no src, no node_modules", { concurrency: 2 }, () => {
  const ids = globSync("**/*.ts", { cwd: join(root, "src/commands") })
    .map((file) => file.replace(/\.ts$/, "").replaceAll("/", " "))
    .sort();

  it("carries the pages that its help and README name, and nothing for developers", () => {
    for (const page of ["docs/scaling.md", "docs/why.md", "CHANGELOG.md", "LICENSE"])
      assert.ok(shipped.includes(page), page);
    assert.deepEqual(
      shipped.filter((file) => /^(src|test|scripts)\/|dev\.js|\.ts$/.test(file)),
      [],
    );
  });

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
    it(`tells about ${id}`, async () => {
      const { code, stdout, stderr } = await run([...id.split(" "), "--help"]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`ecsctl ${id}`));
      const long = stdout.split("\n").filter((line) => line.length > 80 && !line.startsWith(" "));
      assert.deepEqual(long, [], "fits a terminal of 80 columns");
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

  it("starts a sandbox and pushes to it", async () => {
    const env = { ECSCTL_STATE_DIR: join(installed, "state") };
    try {
      assert.equal((await run(["init", "--yes", "--dir", "shop"], env)).code, 0);
      const pushed = await run(["push", "--engine", "builtin", "--sandbox", "--json", "-c", "shop/ecsctl.yaml"], env);
      assert.equal(pushed.code, 0, pushed.stdout + pushed.stderr);
      assert.equal((JSON.parse(pushed.stdout) as { pushed: boolean }).pushed, true);
    } finally {
      await run(["sandbox", "stop"], env);
    }
  });

  it("brings nothing else along: what it needs is in the bundle", () => {
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Record<string, unknown>;
    assert.equal(manifest["dependencies"], undefined, "move them to devDependencies");
    assert.ok(existsSync(join(installed, "oclif.manifest.json")));
    assert.equal(existsSync(join(installed, "src")), false);
  });
});
