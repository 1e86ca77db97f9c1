import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

const sha256 = (content: string | Buffer) => `sha256:${createHash("sha256").update(content).digest("hex")}`;
const manifestType = "application/vnd.oci.image.manifest.v1+json";

describe("the registry behind ECR", () => {
  let sandbox: TestSandbox;
  let authorization: string;

  before(async () => {
    sandbox = await startSandbox();
    for (const repositoryName of ["shop", "other"])
      await sandbox.aws().call("ecr", "CreateRepository", { repositoryName });
    const { authorizationData } = await sandbox.aws().call("ecr", "GetAuthorizationToken", {});
    authorization = `Basic ${authorizationData?.[0]?.authorizationToken}`;
  });
  after(() => sandbox.close());

  const ask = (method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(new URL(path, sandbox.url), {
      method,
      headers: { authorization, ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : new Uint8Array(body) }),
    });
  const codeOf = async (answer: Response) => ((await answer.json()) as { errors: [{ code: string }] }).errors[0].code;

  async function pushBlob(content: string | Buffer, repository = "shop"): Promise<string> {
    const digest = sha256(content);
    assert.equal((await ask("POST", `/v2/${repository}/blobs/uploads/?digest=${digest}`, content)).status, 201);
    return digest;
  }

  async function pushImage(tag: string, config = "{}", repository = "shop"): Promise<string> {
    const descriptor = {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: await pushBlob(config, repository),
      size: config.length,
    };
    const text = JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: descriptor, layers: [] });
    const answer = await ask("PUT", `/v2/${repository}/manifests/${tag}`, text, { "content-type": manifestType });
    assert.equal(answer.status, 201, await answer.text());
    return sha256(text);
  }

  test("asks for credentials and takes only its own tokens", async () => {
    const none = await fetch(new URL("/v2/", sandbox.url));
    assert.equal(none.status, 401);
    assert.match(none.headers.get("www-authenticate") ?? "", /^Basic realm=/);
    const forged = `Basic ${Buffer.from("AWS:abc.def").toString("base64")}`;
    assert.equal((await ask("GET", "/v2/", undefined, { authorization: forged })).status, 401);
    assert.equal((await ask("GET", "/v2/")).status, 200);
  });

  test("a blob in chunks, then whole", async () => {
    const content = randomBytes(100_000);
    const begun = await ask("POST", "/v2/shop/blobs/uploads/");
    assert.equal(begun.status, 202);
    const place = begun.headers.get("location") ?? "";
    const first = await ask("PATCH", place, content.subarray(0, 60_000), { "content-range": "0-59999" });
    assert.equal(first.headers.get("range"), "0-59999");
    const wrong = await ask("PATCH", place, content.subarray(0, 10), { "content-range": "0-9" });
    assert.equal(wrong.status, 416);
    await ask("PATCH", place, content.subarray(60_000), { "content-range": "60000-99999" });
    const end = await ask("PUT", `${place}?digest=${sha256(content)}`);
    assert.equal(end.status, 201);
    const read = await ask("GET", `/v2/shop/blobs/${sha256(content)}`);
    assert.ok(Buffer.from(await read.arrayBuffer()).equals(content));
  });

  test("a blob that is not what its digest says is refused", async () => {
    const answer = await ask("POST", `/v2/shop/blobs/uploads/?digest=${sha256("a")}`, "b");
    assert.deepEqual([answer.status, await codeOf(answer)], [400, "DIGEST_INVALID"]);
    assert.equal((await ask("HEAD", `/v2/shop/blobs/${sha256("a")}`)).status, 404);
  });

  test("blobs belong to their repository until they are mounted", async () => {
    const digest = await pushBlob("shared");
    assert.equal((await ask("HEAD", `/v2/other/blobs/${digest}`)).status, 404);
    assert.equal((await ask("POST", `/v2/other/blobs/uploads/?mount=${digest}&from=shop`)).status, 201);
    assert.equal((await ask("HEAD", `/v2/other/blobs/${digest}`)).status, 200);
    assert.equal((await ask("POST", `/v2/other/blobs/uploads/?mount=${sha256("?")}&from=shop`)).status, 202);
  });

  test("manifests by tag and by digest; a tag moves", async () => {
    const one = await pushImage("v1", '{"a":1}');
    const two = await pushImage("v1", '{"a":2}');
    const found = await ask("HEAD", "/v2/shop/manifests/v1");
    assert.deepEqual(
      [found.headers.get("docker-content-digest"), found.headers.get("content-type")],
      [two, manifestType],
    );
    assert.equal((await ask("GET", `/v2/shop/manifests/${one}`)).status, 200);
    await pushImage("v2", '{"a":2}');
    assert.deepEqual(await (await ask("GET", "/v2/shop/tags/list")).json(), { name: "shop", tags: ["v1", "v2"] });
    const { imageDetails } = await sandbox
      .aws()
      .call("ecr", "DescribeImages", { repositoryName: "shop", imageIds: [{ imageTag: "v2" }] });
    assert.deepEqual([imageDetails?.[0]?.imageDigest, imageDetails?.[0]?.imageTags], [two, ["v1", "v2"]]);
  });

  test("refusals have the codes of the specification", async () => {
    const manifest = (text: string) => ask("PUT", "/v2/shop/manifests/x", text, { "content-type": manifestType });
    const missing = { mediaType: "x", digest: sha256("nowhere"), size: 1 };
    const cases: [Response, number, string][] = [
      [await ask("GET", "/v2/nothing/tags/list"), 404, "NAME_UNKNOWN"],
      [await ask("GET", "/v2/shop/manifests/nothing"), 404, "MANIFEST_UNKNOWN"],
      [await ask("GET", `/v2/shop/blobs/${sha256("nowhere")}`), 404, "BLOB_UNKNOWN"],
      [await ask("PATCH", "/v2/shop/blobs/uploads/nothing", "x"), 404, "BLOB_UPLOAD_UNKNOWN"],
      [await manifest("not json"), 400, "MANIFEST_INVALID"],
      [
        await manifest(JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: missing, layers: [] })),
        400,
        "MANIFEST_BLOB_UNKNOWN",
      ],
      [await ask("GET", "/v2/shop/blobs/..%2f..%2fstate.json"), 404, "BLOB_UNKNOWN"],
    ];
    for (const [answer, status, code] of cases) assert.deepEqual([answer.status, await codeOf(answer)], [status, code]);
  });

  test("immutable tags stay", async () => {
    const aws = sandbox.aws();
    await aws.call("ecr", "CreateRepository", { repositoryName: "fixed", imageTagMutability: "IMMUTABLE" });
    await pushImage("v1", '{"a":1}', "fixed");
    const config = await pushBlob('{"a":9}', "fixed");
    const text = JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: { mediaType: "x", digest: config, size: 7 },
      layers: [],
    });
    const answer = await ask("PUT", "/v2/fixed/manifests/v1", text, { "content-type": manifestType });
    assert.equal(answer.status, 400);
    assert.match(
      await answer.text(),
      /The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten/,
    );
  });

  test("a repository with images is deleted only by force, an image with its last tag", async () => {
    const aws = sandbox.aws();
    await aws.call("ecr", "CreateRepository", { repositoryName: "gone" });
    await pushImage("v1", "{}", "gone");
    await assert.rejects(aws.call("ecr", "DeleteRepository", { repositoryName: "gone" }), {
      name: "RepositoryNotEmptyException",
    });
    await aws.call("ecr", "BatchDeleteImage", { repositoryName: "gone", imageIds: [{ imageTag: "v1" }] });
    assert.deepEqual((await aws.call("ecr", "ListImages", { repositoryName: "gone" })).imageIds, []);
    await aws.call("ecr", "DeleteRepository", { repositoryName: "gone" });
    await assert.rejects(aws.call("ecr", "DescribeRepositories", { repositoryNames: ["gone"] }), {
      name: "RepositoryNotFoundException",
      message: "The repository with name 'gone' does not exist in the registry with id '123456789012'",
    });
  });

  test("what a deleted repository held is swept away, and never what is pushed again meanwhile", async () => {
    const aws = sandbox.aws();
    const contents = Array.from({ length: 12 }, (_, index) => `layer ${index}`);
    for (let round = 0; round < 3; round++) {
      await aws.call("ecr", "CreateRepository", { repositoryName: "again" });
      const digests = await Promise.all(contents.map((content) => pushBlob(content, "again")));
      const found = await Promise.all(digests.map((digest) => ask("GET", `/v2/again/blobs/${digest}`)));
      assert.deepEqual(await Promise.all(found.map((answer) => answer.text())), contents);
      await aws.call("ecr", "DeleteRepository", { repositoryName: "again", force: true });
    }
  });

  test("a token opens its own region for twelve hours", async () => {
    const { authorizationData } = await sandbox.aws("eu-west-1").call("ecr", "GetAuthorizationToken", {});
    const other = `Basic ${authorizationData?.[0]?.authorizationToken}`;
    assert.equal((await ask("GET", "/v2/shop/tags/list", undefined, { authorization: other })).status, 404);
    sandbox.world.clock.advance(12 * 3600 * 1000);
    const late = await ask("GET", "/v2/");
    assert.equal(late.status, 403);
    assert.match(await late.text(), /Your authorization token has expired/);
  });
});
