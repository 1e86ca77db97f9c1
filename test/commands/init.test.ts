import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { loadConfig } from "../../src/core/config/load.ts";
import { root, runCli } from "../support/run-cli.ts";

let dir = "";
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "ecsctl-init-"));
});
after(() => rm(dir, { recursive: true }));

const files = ["Dockerfile", "ecsctl.schema.json", "ecsctl.yaml", "index.html"];

describe("init", { concurrency: 2 }, () => {
  it("--yes writes the template as it is, and says how to go on", async () => {
    const { code, stdout, stderr } = await runCli(["init", "--yes", "--dir", "plain"], { cwd: dir });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Next:\n {2}cd plain[^]*ecsctl deploy/);
    assert.deepEqual(await readdir(join(dir, "plain")), files);
    for (const file of ["Dockerfile", "ecsctl.yaml", "index.html"])
      assert.equal(
        await readFile(join(dir, "plain", file), "utf8"),
        await readFile(join(root, "templates/flash-sale", file), "utf8"),
      );
  });

  it("takes answers from flags, and its document names the files", async () => {
    const flags = [
      "--app",
      "shop",
      "--region",
      "eu-west-1",
      "--instance-type",
      "t3.medium",
      "--min",
      "2",
      "--max",
      "6",
    ];
    const { code, stdout } = await runCli(["init", "--json", "--dir", "shop", ...flags], { cwd: dir });
    assert.equal(code, 0, stdout);
    assert.deepEqual(JSON.parse(stdout), { dir: join(dir, "shop"), files, template: "flash-sale" });
    const { config } = loadConfig({ cwd: join(dir, "shop"), env: {} });
    assert.deepEqual([config.app, config.region, config.cluster.name], ["shop", "eu-west-1", "shop-cluster"]);
    assert.deepEqual(
      [config.cluster.capacity?.instanceType, config.cluster.capacity?.min, config.cluster.capacity?.max],
      ["t3.medium", 2, 6],
    );
  });

  it("--template service: one file for a Dockerfile of one's own, after its EXPOSE and the flags", async () => {
    const folder = join(dir, "Cool_App");
    await mkdir(folder);
    const dockerfile = "FROM node:24\nENV PORT=8080\nEXPOSE $PORT\n";
    await writeFile(join(folder, "Dockerfile"), dockerfile);
    const flags = ["--launch", "ec2", "--health-path", "/up", "--cpu", "512", "--memory", "700", "--max", "5"];
    const { code, stdout } = await runCli(["init", "--template", "service", "--yes", "--json", ...flags], {
      cwd: folder,
    });
    assert.equal(code, 0, stdout);
    assert.deepEqual((JSON.parse(stdout) as { files: string[] }).files, ["ecsctl.yaml"]);
    assert.deepEqual(await readdir(folder), ["Dockerfile", "ecsctl.yaml"]);
    assert.equal(await readFile(join(folder, "Dockerfile"), "utf8"), dockerfile);
    const { config } = loadConfig({ cwd: folder, env: {} });
    assert.deepEqual([config.app, config.task.container.port, config.task.cpu], ["cool-app", 8080, 512]);
    assert.deepEqual([config.cluster.capacity?.max, config.loadBalancer?.healthCheck.path], [5, "/up"]);
  });

  it("never overwrites without --force, and then writes nothing", async () => {
    const folder = await mkdtemp(join(dir, "mine-"));
    await writeFile(join(folder, "Dockerfile"), "FROM mine\n");
    const refused = await runCli(["init", "--yes", "--json"], { cwd: folder });
    assert.equal(refused.code, 2);
    assert.match(refused.stdout, /"FileExists".*Dockerfile/);
    assert.deepEqual(await readdir(folder), ["Dockerfile"]);
    assert.equal((await runCli(["init", "--yes", "--force"], { cwd: folder })).code, 0);
    assert.match(await readFile(join(folder, "Dockerfile"), "utf8"), /httpd/);
  });

  for (const [what, args, message] of [
    ["an app name that no tag takes", ["--app", "My Shop"], /--app My Shop: expected lower-case letters/],
    ["a minimum above the maximum", ["--min", "4", "--max", "2"], /min 4 above max 2/],
    [
      "an instance too small for the task",
      ["--instance-type", "t2.nano"],
      /task\.memory: found 512, expected less than 512 MiB/,
    ],
    ["a folder without a Dockerfile", ["--template", "service"], /has no Dockerfile.*one of your own/],
    [
      "a flag of another template",
      ["--template", "api", "--instance-type", "t3.small"],
      /means nothing to this template/,
    ],
  ] as const) {
    it(`refuses ${what}, and writes nothing`, async () => {
      const folder = await mkdtemp(join(dir, "bad-"));
      const { code, stderr } = await runCli(["init", "--yes", ...args], { cwd: folder });
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.deepEqual(await readdir(folder), []);
    });
  }
});
