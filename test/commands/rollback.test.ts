import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Aws } from "../../src/core/aws/aws.ts";
import { Journey } from "../support/journey.ts";
import { fakeCredentials } from "../support/sandbox.ts";

interface Result {
  deployment: { id: string; status: string; taskDefinition: string; reason: string | null };
  running: boolean;
}

describe("ecsctl rollback", () => {
  let journey: Journey;
  let aws: Aws;
  before(async () => {
    journey = await Journey.open("rollback");
    const { endpoint } = await journey.json<{ endpoint: string }>(
      "sandbox",
      "start",
      "--speed",
      "60",
      "--runtime",
      "process",
    );
    aws = new Aws({ region: "us-east-1", endpoint, credentials: fakeCredentials });
    await journey.json("init", "--template", "flash-sale", "--yes");
    for (const title of ["one", "two"]) {
      writeFileSync(join(journey.dir, "index.html"), `<title>${title}</title>`);
      await journey.json("push", "--sandbox", "--engine", "builtin");
      await journey.json("deploy", "--sandbox", "--yes");
    }
  });
  after(() => journey.close());

  it("asks, and without a terminal names the flag", async () => {
    const refused = await journey.run(["rollback", "--sandbox", "--json"]);
    assert.equal(refused.code, 2);
    assert.match(refused.stdout, /--yes/);
  });

  it("back to the first revision: the document, exit 0", async () => {
    const { deployment, running } = await journey.json<Result>("rollback", "--sandbox", "--yes");
    assert.equal(running, true);
    assert.equal(deployment.status, "completed");
    assert.match(deployment.taskDefinition, /flash-sale-task:1$/);
  });

  it("a revision whose image has gone: ECS goes back by itself, exit 5 and the reason", async () => {
    const definition = await aws.call("ecs", "DescribeTaskDefinition", { taskDefinition: "flash-sale-task:2" });
    const image = definition.taskDefinition?.containerDefinitions?.[0]?.image ?? "";
    const imageIds = [{ imageDigest: image.split("@")[1] ?? "" }];
    await aws.call("ecr", "BatchDeleteImage", { repositoryName: "flash-sale-webapp", imageIds });
    const failed = await journey.run(["rollback", "--to", "2", "--sandbox", "--yes", "--json"]);
    assert.equal(failed.code, 5, failed.stdout + failed.stderr);
    const { deployment, running } = failed.json<Result>();
    assert.equal(running, false);
    assert.match(deployment.reason ?? "", /flash-sale-task:2 is not what runs now/);
    assert.match(deployment.reason ?? "", /CannotPullContainerError/);
  });

  it("Ctrl-C leaves the rollout running and says how to look at it", async () => {
    await journey.json("push", "--sandbox", "--engine", "builtin");
    const { child, outcome } = journey.start(["rollback", "--to", "2", "--sandbox", "--yes", "--json"]);
    child.stderr?.on("data", (chunk: Buffer) => {
      if (/tasks running/.test(chunk.toString())) child.kill("SIGINT");
    });
    const interrupted = await outcome;
    assert.equal(interrupted.code, 130, interrupted.stdout + interrupted.stderr);
    assert.match(interrupted.stdout, /goes on by itself; look at it with: ecsctl watch --until stable/);
    const { services } = await aws.call("ecs", "DescribeServices", {
      cluster: "flash-sale-cluster",
      services: ["flash-sale-service"],
    });
    assert.match(services?.[0]?.taskDefinition ?? "", /flash-sale-task:2$/);
  });
});
