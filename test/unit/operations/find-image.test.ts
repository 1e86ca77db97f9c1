import assert from "node:assert/strict";
import { test } from "node:test";
import { Aws } from "../../../src/core/aws/aws.ts";
import { findImage } from "../../../src/core/operations/find-image.ts";
import { readTemplate } from "../../support/exports.ts";

const account = "123456789012";
const host = `${account}.dkr.ecr.us-east-1.amazonaws.com`;
const digest = `sha256:${"a".repeat(64)}`;
const config = readTemplate("api");
const name = config.image.repository;

/** A registry of the account that has the image, and what it was asked. */
function fakeRegistry(): { aws: Aws; asked: string[] } {
  const asked: string[] = [];
  const aws = new Aws({ region: "us-east-1", credentials: { accessKeyId: "x", secretAccessKey: "y" } });
  const answers: Record<string, unknown> = {
    DescribeImages: { imageDetails: [{ registryId: account, repositoryName: name, imageDigest: digest }] },
    DescribeRepositories: { repositories: [{ repositoryUri: `${host}/${name}` }] },
  };
  const call = async (_service: string, operation: string): Promise<unknown> => {
    asked.push(operation);
    return answers[operation] ?? {};
  };
  Object.defineProperty(aws, "call", { value: call });
  return { aws, asked };
}

const find = async (running: string | undefined, wanted?: string) => {
  const { aws, asked } = fakeRegistry();
  return { image: await findImage(aws, config, wanted, async () => running), asked };
};

test("the image that runs already tells the registry's address", async () => {
  for (const running of [`${host}/${name}@${digest}`, `127.0.0.1:4567/${name}@${digest}`]) {
    const { image, asked } = await find(running);
    assert.equal(image, running);
    assert.deepEqual(asked, ["DescribeImages"]);
  }
});

for (const running of [
  undefined,
  `${host}/${name}@sha256:${"b".repeat(64)}`,
  `${host}/my-${name}@${digest}`,
  `${host}/${name}:latest`,
  `999999999999.dkr.ecr.us-east-1.amazonaws.com/${name}@${digest}`,
  `${account}.dkr.ecr.eu-west-1.amazonaws.com/${name}@${digest}`,
])
  test(`another image does not: ${running}`, async () => {
    const { image, asked } = await find(running);
    assert.equal(image, `${host}/${name}@${digest}`);
    assert.deepEqual(asked, ["DescribeImages", "DescribeRepositories"]);
  });

test("a whole reference is taken as it is", async () => {
  const { image, asked } = await find(undefined, "docker.io/library/httpd:2.4");
  assert.equal(image, "docker.io/library/httpd:2.4");
  assert.deepEqual(asked, []);
});
