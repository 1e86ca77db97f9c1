import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  DeleteLifecyclePolicyCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ecr";
import { ecrRepository, type EcrRepositoryLive } from "../../src/core/resources/ecr-repository.ts";
import { fakeCredentials, startSandbox, type TestSandbox } from "../support/sandbox.ts";

const spec = { name: "shop/web", tags: { "ecsctl:app": "shop", team: "sales" } };
const live: EcrRepositoryLive = {
  arn: "arn",
  uri: "uri",
  scanOnPush: true,
  tags: { ...spec.tags, other: "theirs" },
  outputs: { arn: "arn", uri: "uri" },
};

describe("what is to be changed", () => {
  const cases: [string, EcrRepositoryLive | undefined, string[]][] = [
    ["nothing; other people's tags stay", live, []],
    ["everything, when it is missing", undefined, ["name", "scanOnPush", "tags[ecsctl:app]", "tags[team]"]],
    ["scan on push", { ...live, scanOnPush: false }, ["scanOnPush"]],
    ["a tag", { ...live, tags: { ...live.tags, team: "old" } }, ["tags[team]"]],
  ];
  for (const [name, found, paths] of cases)
    test(name, () =>
      assert.deepEqual(
        ecrRepository.diff(spec, found).map((change) => change.path),
        paths,
      ),
    );
});

describe("an ECR repository", () => {
  let sandbox: TestSandbox;
  let client: ECRClient;
  before(async () => {
    sandbox = await startSandbox();
    client = new ECRClient({ region: "us-east-1", endpoint: sandbox.url, credentials: fakeCredentials });
  });
  after(async () => {
    client.destroy();
    await sandbox.close();
  });

  test("is made, found again, completed and deleted, each as often as one likes", async () => {
    const aws = sandbox.aws();
    assert.equal(await ecrRepository.read(aws, spec), undefined);
    const made = await ecrRepository.create(aws, spec);
    assert.equal(made.uri, `${sandbox.world.endpoint()}/shop/web`);
    assert.deepEqual(await ecrRepository.create(aws, spec), made);
    assert.deepEqual(ecrRepository.diff(spec, await ecrRepository.read(aws, spec)), []);
    await client.send(new UntagResourceCommand({ resourceArn: made.arn, tagKeys: ["team"] }));
    const found = await ecrRepository.read(aws, spec);
    const changes = ecrRepository.diff(spec, found);
    assert.deepEqual(
      changes.map(({ path }) => path),
      ["tags[team]"],
    );
    assert.deepEqual(await ecrRepository.update(aws, spec, made, changes), made);
    await ecrRepository.delete(aws, spec, made);
    await ecrRepository.delete(aws, spec, made);
    assert.equal(await ecrRepository.read(aws, spec), undefined);
  });

  test("keeps its lifecycle policy and the mutability of its tags", async () => {
    await ecrRepository.create(sandbox.aws(), spec);
    const repositoryName = spec.name;
    const lifecyclePolicyText = JSON.stringify({ rules: [] });
    await assert.rejects(client.send(new GetLifecyclePolicyCommand({ repositoryName })), {
      name: "LifecyclePolicyNotFoundException",
      message:
        "Lifecycle policy does not exist for the repository with name 'shop/web' in the registry with id '123456789012'",
    });
    await assert.rejects(client.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: "{}" })), {
      name: "InvalidParameterException",
    });
    await client.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    const policy = await client.send(new GetLifecyclePolicyCommand({ repositoryName }));
    assert.equal(policy.lifecyclePolicyText, lifecyclePolicyText);
    await client.send(new DeleteLifecyclePolicyCommand({ repositoryName }));
    await client.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: "IMMUTABLE" }));
    const { repositories } = await sandbox
      .aws()
      .call("ecr", "DescribeRepositories", { repositoryNames: [repositoryName] });
    assert.equal(repositories?.[0]?.imageTagMutability, "IMMUTABLE");
  });

  test("errors are AWS's own", async () => {
    const aws = sandbox.aws();
    await aws.call("ecr", "CreateRepository", { repositoryName: "taken" });
    await assert.rejects(aws.call("ecr", "CreateRepository", { repositoryName: "taken" }), {
      name: "RepositoryAlreadyExistsException",
      message: "The repository with name 'taken' already exists in the registry with id '123456789012'",
    });
    await assert.rejects(aws.call("ecr", "CreateRepository", { repositoryName: "Not Allowed" }), {
      name: "InvalidParameterException",
    });
    const imageIds = [{ imageTag: "latest" }];
    await assert.rejects(aws.call("ecr", "DescribeImages", { repositoryName: "taken", imageIds }), {
      name: "ImageNotFoundException",
      message:
        "The image with imageId {imageDigest:'null', imageTag:'latest'} does not exist within the repository with name 'taken' in the registry with id '123456789012'",
    });
  });
});
