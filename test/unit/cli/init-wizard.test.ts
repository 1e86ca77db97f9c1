import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { answerQuestions, type Given, problemOf } from "../../../src/core/cli/init-wizard.ts";
import { defaultAnswers, refuseExisting } from "../../../src/core/operations/init.ts";
import { fakeScreen } from "../../support/snapshots.ts";

const cases: (readonly [...Parameters<typeof problemOf>, problem: RegExp | undefined])[] = [
  ["region", "us-gov-west-1", defaultAnswers, undefined],
  ["region", "Frankfurt", defaultAnswers, /us-east-1/],
  ["instanceType", "u-6tb1.112xlarge", defaultAnswers, undefined],
  ["instanceType", "small", defaultAnswers, /t3\.small/],
  ["max", "4", { ...defaultAnswers, min: 4 }, undefined],
  ["max", "3", { ...defaultAnswers, min: 4 }, /at least 4/],
  ["max", "0", { ...defaultAnswers, min: 0 }, /at least 1/],
  ["max", "many", defaultAnswers, /whole number/],
];
for (const [name, text, answers, problem] of cases)
  test(`the wizard ${problem ? "asks again after" : "takes"} ${text} for ${name} (min ${answers.min})`, () => {
    const found = problemOf(name, text, answers);
    if (problem) assert.match(found ?? "", problem);
    else assert.equal(found, undefined);
  });

test("a file that exists is told before any question, and only if the template writes it", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "ecsctl-init-"));
  t.after(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, "Dockerfile"), "FROM scratch\n");
  await refuseExisting("service", dir);
  await assert.rejects(refuseExisting("flash-sale", dir), { code: "FileExists", message: /already has Dockerfile\./ });
});

for (const [flag, given] of [
  ["--region Frankfurt", { region: "Frankfurt" }],
  ["--instance-type small", { instanceType: "small" }],
  ["--app My Shop", { app: "My Shop" }],
  ["--health-path up", { health: "up" }],
  ["--email nobody", { email: "nobody" }],
] as const)
  test(`${flag} is refused before any question`, async () => {
    const answers = answerQuestions(fakeScreen(), { ...given } as Given, defaultAnswers, true);
    await assert.rejects(answers, { exitCode: 2, message: new RegExp(`^${flag}: expected .+\\.$`) });
  });
