import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { answerQuestions, type Given } from "../../../src/core/cli/init-wizard.ts";
import { checkConfig } from "../../../src/core/config/load.ts";
import { uncommentScaling } from "../../../src/core/config/uncomment-scaling.ts";
import { defaultsOf, type InitAnswers, initProject } from "../../../src/core/operations/init.ts";
import type { Screen } from "../../../src/core/output/screen.ts";

let dir = "";
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "ecsctl-my service-"));
  await writeFile(join(dir, "Dockerfile"), "FROM scratch\nEXPOSE 3000\n");
});
after(() => rm(dir, { recursive: true }));

const silent: Screen = {
  style: (_format, text) => text,
  json: false,
  interactive: false,
  columns: 80,
  out: () => {},
  err: () => {},
};
const nothing = {} as Given;

/** What the template becomes with those answers. */
async function fill(changes: Partial<InitAnswers>): Promise<string> {
  const answers = { ...(await defaultsOf("service", dir)), app: "shop", ...changes };
  await initProject({ dir, template: "service", answers, force: true });
  return readFile(join(dir, "ecsctl.yaml"), "utf8");
}
const read = (text: string) => checkConfig(text, join(dir, "ecsctl.yaml"), { cwd: dir, env: {} }).config;

for (const launch of ["fargate", "ec2"] as const)
  for (const balancer of [true, false])
    describe(`on ${launch} ${balancer ? "behind a load balancer" : "alone"}`, () => {
      test("it is a configuration of the parts that are meant, and of no other", async () => {
        const text = await fill({ launch, balancer, port: 3000, health: "/up" });
        const config = read(text);
        assert.equal(config.service.launchType, launch === "ec2" ? "capacity-provider" : "FARGATE");
        assert.equal(config.cluster.capacity !== undefined, launch === "ec2");
        assert.equal(config.loadBalancer?.healthCheck.path, balancer ? "/up" : undefined);
        assert.doesNotMatch(text, /my-service|^#\[/m);
        assert.match(text, /command: curl -f http:\/\/localhost:3000\//);
        assert.equal(config.task.executionRole, "shop-execution-role", "secrets are allowed to a role of its own");
      });

      test("its example of scaling holds when it is taken out of its comment", async () => {
        const { scaling } = read(uncommentScaling(await fill({ launch, balancer })) ?? "");
        assert.equal(scaling?.policies[0]?.name, "cpu-target-tracking");
      });
    });

describe("answers without a terminal", () => {
  test("the Dockerfile proposes the port, and its folder the name", async () => {
    const answers = await answerQuestions(silent, nothing, await defaultsOf("service", dir), true);
    assert.equal(answers.port, 3000);
    assert.match(answers.app, /^ecsctl-my-service-[a-z0-9-]*[a-z0-9]$/);
  });

  test("a port that nobody has said is missed by name", async () => {
    const defaults = { ...(await defaultsOf("service", dir)), port: undefined };
    await assert.rejects(answerQuestions(silent, nothing, defaults, true), {
      code: "MissingFlag",
      message: /--port N/,
    });
  });

  test("what decides nothing is refused, with what it needs", async () => {
    const defaults = await defaultsOf("service", dir);
    const given = { ...nothing, balancer: false, health: "/up" };
    await assert.rejects(answerQuestions(silent, given, defaults, true), { hint: /add --load-balancer/ });
    await assert.rejects(answerQuestions(silent, { ...nothing, max: 3 }, defaults, true), { hint: /--launch ec2/ });
  });
});
