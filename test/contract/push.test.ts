import assert from "node:assert/strict";
import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { Project } from "../../src/core/config/project.ts";
import { push, type PushOptions } from "../../src/core/operations/push.ts";
import { sha256 } from "../../src/core/image/oci.ts";
import { makeFolder } from "../support/builds.ts";
import { whyNoContainers } from "../support/docker-tasks.ts";
import { project as flashSale } from "../support/flash-sale.ts";
import { makeTar } from "../support/images.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

const unreachable = "FROM registry.invalid/httpd:2.4\nCOPY index.html /usr/local/apache2/htdocs/\n";
const files = { Dockerfile: unreachable, "index.html": "<title>Flash Sale!</title>" };
const skipEngine = await whyNoContainers();

/** The guided project with its folder at `dir` and a repository of its own. */
const projectAt = (dir: string, repository: string): Project => ({
  ...flashSale,
  dir,
  file: path.join(dir, "ecsctl.yaml"),
  config: { ...flashSale.config, image: { ...flashSale.config.image, repository } },
});

describe("push", () => {
  let sandbox: TestSandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());

  /** Pushes a folder; the result and what was told meanwhile. */
  async function run(dir: string, repository: string, options: PushOptions, env: Record<string, string> = {}) {
    const context = { ...sandbox.context(), env };
    const result = await push(context, projectAt(dir, repository), options);
    return { result, events: context.events, calls: context.aws.calls.map(({ operation }) => operation) };
  }

  test("makes the repository, builds, pushes under two tags, and says that the base is missing", async () => {
    await using folder = await makeFolder(files);
    const { result, events } = await run(folder.dir, "first", { engine: "builtin" });
    assert.equal(result.repository, `${sandbox.world.endpoint()}/first`);
    assert.deepEqual(result.tags, ["latest", `sha-${result.digest.slice(7, 19)}`]);
    assert.deepEqual([result.pushed, result.layers], [true, { pushed: 1, existing: 0 }]);
    const warning = events.find((event) => event.type === "warning");
    assert.match(
      JSON.stringify(warning),
      /Dockerfile:1: the base image registry\.invalid\/httpd:2\.4 could not be reached/,
    );
    const { imageDetails } = await sandbox.aws().call("ecr", "DescribeImages", { repositoryName: "first" });
    assert.deepEqual(imageDetails?.[0]?.imageTags?.sort(), result.tags.sort());
  });

  test("the same content twice uploads nothing; another page pushes one layer", async () => {
    await using folder = await makeFolder(files);
    const first = await run(folder.dir, "twice", { engine: "builtin", omitBase: true });
    const second = await run(folder.dir, "twice", { engine: "builtin", omitBase: true });
    assert.equal(second.result.digest, first.result.digest);
    assert.deepEqual([second.result.pushed, second.result.layers], [false, { pushed: 0, existing: 1 }]);
    assert.ok(!second.calls.includes("CreateRepository"));
    await writeFile(path.join(folder.dir, "index.html"), "sold out");
    const third = await run(folder.dir, "twice", { engine: "builtin", omitBase: true });
    assert.deepEqual([third.result.pushed, third.result.layers], [true, { pushed: 1, existing: 0 }]);
  });

  test("an immutable tag is an error that says what to do", async () => {
    await using folder = await makeFolder(files);
    await sandbox.aws().call("ecr", "CreateRepository", { repositoryName: "fixed", imageTagMutability: "IMMUTABLE" });
    await run(folder.dir, "fixed", { engine: "builtin", omitBase: true });
    await writeFile(path.join(folder.dir, "index.html"), "sold out");
    await assert.rejects(run(folder.dir, "fixed", { engine: "builtin", omitBase: true }), {
      code: "ImageTagAlreadyExists",
      exitCode: 4,
      hint: /--tag/,
    });
  });

  test("a Dockerfile that cannot be built changes nothing in AWS", async () => {
    await using folder = await makeFolder({ ...files, Dockerfile: "FROM scratch\nRUN make\n" });
    await assert.rejects(run(folder.dir, "nothing", { engine: "builtin" }), { code: "EngineNeeded", exitCode: 3 });
    const named = { repositoryNames: ["nothing"] };
    await assert.rejects(sandbox.aws().call("ecr", "DescribeRepositories", named), {
      name: "RepositoryNotFoundException",
    });
    await assert.rejects(run("/nowhere", "nothing", { engine: "builtin" }), {
      code: "DockerfileNotFound",
      exitCode: 3,
    });
    await assert.rejects(run(folder.dir, "nothing", { engine: "kaniko" }), { code: "UnknownEngine", exitCode: 2 });
  });

  test("an engine that only writes archives: its image goes through our own client", async () => {
    await using folder = await makeFolder({ ...files, "bin/podman": "" });
    const { digest, archive } = await ociArchive();
    await writeFile(path.join(folder.dir, "image.tar"), archive);
    const script = `#!/bin/sh
echo "$@" >> ${folder.dir}/arguments.txt; env >> ${folder.dir}/environment.txt
[ "$1" = save ] && cp ${folder.dir}/image.tar "$5"; exit 0`;
    await writeFile(path.join(folder.dir, "bin/podman"), script);
    await chmod(path.join(folder.dir, "bin/podman"), 0o755);
    const env = { PATH: `${folder.dir}/bin:/usr/bin:/bin` };
    const { result } = await run(folder.dir, "podman", { engine: "podman", buildArgs: { A: "1" } }, env);
    assert.deepEqual([result.digest, result.pushed], [digest, true]);
    const seen = await readFile(path.join(folder.dir, "arguments.txt"), "utf8");
    assert.match(seen, /build --platform=linux\/amd64 .*--tag=127\.0\.0\.1:\d+\/podman:latest --build-arg A=1/);
    assert.doesNotMatch(seen + (await readFile(path.join(folder.dir, "environment.txt"), "utf8")), tokenShape);
  });

  test("an engine that cannot reach the base: its own last words, and the way without it", async () => {
    const said = `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            Install the buildx component to build images with BuildKit:
            https://docs.docker.com/go/buildx/

Sending build context to Docker daemon  46.59kB
Step 1/3 : FROM registry.invalid/httpd:2.4
Get "https://registry.invalid/v2/": dial tcp: lookup registry.invalid: no such host`;
    await using folder = await makeFolder({ ...files, "bin/podman": "", "said.txt": said });
    const script = `#!/bin/sh\n[ "$1" = info ] && exit 0; cat ${folder.dir}/said.txt >&2; exit 1`;
    await writeFile(path.join(folder.dir, "bin/podman"), script);
    await chmod(path.join(folder.dir, "bin/podman"), 0o755);
    const env = { PATH: `${folder.dir}/bin:/usr/bin:/bin` };
    await assert.rejects(run(folder.dir, "offline", { engine: "podman" }, env), {
      exitCode: 3,
      code: "BuildFailed",
      why: said.split("\n").slice(-2).join("\n"),
      hint: /--engine builtin/,
    });
  });

  test("the engine builds from scratch and pushes itself", { skip: skipEngine }, async () => {
    await using folder = await makeFolder({
      ...files,
      Dockerfile:
        'FROM scratch\nCOPY busybox /bin/busybox\nCOPY index.html /www/\nCMD ["/bin/busybox", "httpd", "-f", "-h", "/www"]\n',
    });
    await copyFile("/bin/busybox", path.join(folder.dir, "busybox"));
    const env = process.env as Record<string, string>;
    const first = await run(folder.dir, "engine", { engine: "docker" }, env);
    assert.deepEqual([first.result.pushed, first.result.layers], [true, { pushed: 2, existing: 0 }]);
    assert.deepEqual(first.result.tags, ["latest", `sha-${first.result.digest.slice(7, 19)}`]);
    const second = await run(folder.dir, "engine", { engine: "docker" }, env);
    assert.deepEqual([second.result.digest, second.result.pushed], [first.result.digest, false]);
    await removeImage(first.result.repository, env);
  });
});

/** How our own sandbox's tokens begin: `{"region":` in base64. */
const tokenShape = new RegExp(Buffer.from('{"region":').toString("base64").slice(0, 12));

test("the registry's token is in no file, event or error", async () => {
  await using folder = await makeFolder(files);
  await using state = await makeFolder({});
  const stateDir = path.join(state.dir, "state");
  await mkdir(stateDir);
  const sandbox = await startSandbox({ stateDir });
  const context = sandbox.context({ stateDir });
  const project = projectAt(folder.dir, "secret");
  const result = await push(context, project, { engine: "builtin" });
  const failure = await push(context, project, { engine: "builtin", tag: "not a tag" }).catch(
    (error: unknown) => error,
  );
  assert.ok(failure instanceof Error);
  await sandbox.close();
  const told = JSON.stringify([result, context.events, failure.message, failure.stack, sandbox.log, { ...failure }]);
  assert.doesNotMatch(told, tokenShape);
  const written = await readdir(state.dir, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    written.filter((item) => item.isFile()).map((item) => readFile(path.join(item.parentPath, item.name), "latin1")),
  );
  assert.ok(texts.length > 2, "the sandbox wrote its state and its blobs");
  assert.doesNotMatch(texts.join("\n"), tokenShape);
});

/** An image as Podman saves it. */
async function ociArchive(): Promise<{ digest: string; archive: Buffer }> {
  const config = JSON.stringify({
    architecture: "amd64",
    os: "linux",
    config: {},
    rootfs: { type: "layers", diff_ids: [] },
  });
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const describe = (type: string, text: string) => ({ mediaType: type, digest: sha256(text), size: text.length });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: describe("application/vnd.oci.image.config.v1+json", config),
    layers: [],
  });
  const index = JSON.stringify({ schemaVersion: 2, manifests: [describe(mediaType, manifest)] });
  const blob = (text: string) => ({ name: `blobs/sha256/${sha256(text).slice(7)}`, content: text });
  const archive = await makeTar([blob(config), blob(manifest), { name: "index.json", content: index }]);
  return { digest: sha256(manifest), archive };
}

async function removeImage(repository: string, env: Record<string, string>): Promise<void> {
  const { runCommand } = await import("../../src/core/image/engine-command.ts");
  const { signal } = new AbortController();
  const { output } = await runCommand("docker", ["images", "--quiet", repository], { signal, env });
  await runCommand("docker", ["rmi", "--force", ...output], { signal, env });
}
