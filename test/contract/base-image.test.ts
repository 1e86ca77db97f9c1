import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { ImageConfig, ImageManifest } from "../../src/core/image/oci.ts";
import { push } from "../../src/core/operations/push.ts";
import { makeFolder } from "../support/builds.ts";
import { project as flashSale } from "../support/flash-sale.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

const sha256 = (content: string) => `sha256:${createHash("sha256").update(content).digest("hex")}`;
const manifestType = "application/vnd.docker.distribution.manifest.v2+json";

/** What the other registry holds: an index with one image for each of two platforms. */
function makeContent() {
  const byDigest = new Map<string, { type: string; text: string }>();
  const put = (type: string, text: string) => {
    byDigest.set(sha256(text), { type, text });
    return { mediaType: type, digest: sha256(text), size: text.length };
  };
  const image = (architecture: string) => {
    const layer = put("application/vnd.docker.image.rootfs.diff.tar.gzip", `the base's layer for ${architecture}`);
    const config = put(
      "application/vnd.docker.container.image.v1+json",
      JSON.stringify({
        architecture,
        os: "linux",
        config: { Cmd: ["httpd-foreground"], Env: ["PATH=/bin"] },
        rootfs: { type: "layers", diff_ids: [`sha256:diff-${architecture}`] },
        history: [{ created_by: "base" }],
      }),
    );
    const manifest = put(
      manifestType,
      JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers: [layer] }),
    );
    return { ...manifest, platform: { os: "linux", architecture } };
  };
  const indexType = "application/vnd.docker.distribution.manifest.list.v2+json";
  const text = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [image("arm64"), image("amd64")] });
  return { byDigest, index: { type: indexType, text } };
}

describe("base images", () => {
  let sandbox: TestSandbox;
  let other: Server;
  let host = "";
  let corrupt = false;
  const seen: { path: string; authorization: string | undefined }[] = [];
  const { byDigest, index } = makeContent();

  before(async () => {
    sandbox = await startSandbox();
    other = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://registry");
      const { authorization } = request.headers;
      seen.push({ path: pathname, authorization });
      if (pathname === "/token") return void response.end(JSON.stringify({ token: "for-anybody" }));
      if (pathname.startsWith("/storage/")) {
        const found = byDigest.get(pathname.slice("/storage/".length))?.text ?? "";
        return void response.end(corrupt ? "something else" : found);
      }
      if (authorization !== "Bearer for-anybody") {
        response.setHeader("www-authenticate", `Bearer realm="http://${host}/token",service="other",scope="x"`);
        return void response.writeHead(401).end();
      }
      const [, , , kind, reference = ""] = pathname.split("/");
      // Layers are elsewhere, as with the real registries.
      if (kind === "blobs") return void response.writeHead(307, { location: `/storage/${reference}` }).end();
      const found = reference === "2.4" ? index : byDigest.get(reference);
      if (!found) return void response.writeHead(404).end(JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN" }] }));
      response.writeHead(200, { "content-type": found.type }).end(found.text);
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  });
  after(async () => {
    other.close();
    other.closeAllConnections();
    await sandbox.close();
  });

  async function pushFrom(from: string, repository: string) {
    await using folder = await makeFolder({ Dockerfile: `FROM ${from}\nCOPY page /htdocs/\n`, page: "hello" });
    const image = { ...flashSale.config.image, repository };
    const project = {
      ...flashSale,
      dir: folder.dir,
      file: path.join(folder.dir, "ecsctl.yaml"),
      config: { ...flashSale.config, image },
    };
    return await push(sandbox.context(), project, { engine: "builtin" });
  }

  async function readBack(repository: string) {
    const { authorizationData } = await sandbox.aws().call("ecr", "GetAuthorizationToken", {});
    const headers = { authorization: `Basic ${authorizationData?.[0]?.authorizationToken}` };
    const get = async (address: string) =>
      await (await fetch(`${sandbox.url}/v2/${repository}/${address}`, { headers })).text();
    const manifest = JSON.parse(await get("manifests/latest")) as ImageManifest;
    const read = async (digest = "") => await get(`blobs/${digest}`);
    return { manifest, read, config: JSON.parse(await read(manifest.config.digest)) as ImageConfig };
  }

  test("layers go from registry to registry, for the platform asked for, and the configuration goes on", async () => {
    const { layers } = await pushFrom(`${host}/httpd:2.4`, "copied");
    assert.deepEqual(layers, { pushed: 2, existing: 0 });
    const { manifest, read, config } = await readBack("copied");
    assert.equal(await read(manifest.layers[0]?.digest), "the base's layer for amd64");
    assert.deepEqual(config.config, { Cmd: ["httpd-foreground"], Env: ["PATH=/bin"] });
    assert.equal(config.rootfs.diff_ids[0], "sha256:diff-amd64");
    assert.ok(seen.some(({ authorization }) => authorization === "Bearer for-anybody"));
    const elsewhere = seen.filter(({ path: where }) => where.startsWith("/storage/"));
    assert.ok(elsewhere.length > 0 && elsewhere.every(({ authorization }) => authorization === undefined));
  });

  test("our own registry's images are bases too", async () => {
    await pushFrom(`${host}/httpd:2.4`, "parent");
    const { layers } = await pushFrom(`${sandbox.world.endpoint()}/parent:latest`, "child");
    // The same page again is the same layer: the last one is there when its turn comes.
    assert.deepEqual(layers, { pushed: 2, existing: 1 });
  });

  test("an image that does not exist is an error, not a missing network", async () => {
    await assert.rejects(pushFrom(`${host}/httpd:9`, "none"), {
      code: "BaseImageNotFound",
      exitCode: 3,
      message: new RegExp(`Dockerfile:1: the base image ${host}/httpd:9 does not exist`),
    });
  });

  test("bytes that are not what their digest says are not pushed", async () => {
    corrupt = true;
    await assert.rejects(pushFrom(`${host}/httpd:2.4`, "corrupt"), {
      code: "DigestMismatch",
      message: /gave sha256:.* for sha256:/,
    });
    corrupt = false;
    const { imageIds } = await sandbox.aws().call("ecr", "ListImages", { repositoryName: "corrupt" });
    assert.deepEqual(imageIds, []);
  });
});
