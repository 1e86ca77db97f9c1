import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Journey, type Outcome } from "../support/journey.ts";

/** The one error of a command, in both modes: the same exit code, one document, one message a person can act on. */
async function refusal(
  journey: Journey,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome & { error: ErrorDocument }> {
  const [text, document] = await Promise.all([journey.run(args, env), journey.run([...args, "--json"], env)]);
  assert.equal(document.code, text.code, `text and JSON agree on the exit code:\n${text.stderr}\n${document.stdout}`);
  assert.equal(text.stdout, "", "an error says nothing on stdout");
  assert.doesNotMatch(text.stderr, /^\s+at .*:\d+:\d+/m, "no stack trace");
  const { error } = document.json<{ error: ErrorDocument }>();
  assert.ok(
    text.stderr.includes(error.message.split("\n")[0] ?? ""),
    `text says what JSON says:\n${text.stderr}\n${error.message}`,
  );
  return { ...text, error };
}

interface ErrorDocument {
  code: string;
  message: string;
  hint?: string;
}

describe("bad input", () => {
  let journey: Journey;
  let config = "";
  const file = () => join(journey.dir, "ecsctl.yaml");
  /** Rewrites the configuration for one test. */
  const withConfig = (from: string | RegExp, to: string) => writeFile(file(), config.replace(from, to));

  before(async () => {
    journey = await Journey.open("bad-input");
    await journey.json("sandbox", "start", "--speed", "60", "--runtime", "process");
    await journey.json("init", "--template", "flash-sale", "--dir", journey.dir, "--yes", "--force");
    config = await readFile(file(), "utf8");
  });
  after(() => journey.close());

  test("no credentials: both ways on are named", async () => {
    await withConfig("", "");
    const { code, error } = await refusal(journey, ["status", "--region", "us-east-1"]);
    assert.equal(code, 4);
    assert.match(`${error.message} ${error.hint}`, /credentials/i);
    assert.match(error.hint ?? "", /--sandbox/);
  });

  test("an unknown flag", async () => {
    const { code, error } = await refusal(journey, ["deploy", "--yess"]);
    assert.equal(code, 2);
    assert.match(error.message, /--yess/);
    assert.match(`${error.message} ${error.hint}`, /--yes\b/);
  });

  test("an unknown command", async () => {
    const { code, error } = await refusal(journey, ["deplyo"]);
    assert.equal(code, 2);
    assert.match(`${error.message} ${error.hint}`, /deploy/);
  });

  test("a misspelt key in ecsctl.yaml: file, line, column, suggestion", async () => {
    await withConfig(/instanceType:/, "instanceTyp:");
    const { code, error } = await refusal(journey, ["plan", "--sandbox"]);
    assert.equal(code, 3);
    assert.match(error.message, /ecsctl\.yaml:\d+:\d+/);
    assert.match(`${error.message} ${error.hint}`, /instanceType/);
  });

  test("a port out of range", async () => {
    await withConfig(/(\bport:) 80\b/, "$1 70000");
    const { code, error } = await refusal(journey, ["plan", "--sandbox"]);
    assert.equal(code, 3);
    assert.match(error.message, /ecsctl\.yaml:\d+:\d+[\s\S]*70000|70000[\s\S]*ecsctl\.yaml:\d+:\d+/);
  });

  test("a minimum above the maximum", async () => {
    await withConfig("", "");
    const { code, error } = await refusal(journey, [
      "scale",
      "policy",
      "add",
      "p",
      "--type",
      "target-tracking",
      "--metric",
      "cpu",
      "--target",
      "50",
      "--min",
      "5",
      "--max",
      "3",
      "--sandbox",
    ]);
    assert.equal(code, 2);
    assert.match(error.message, /5/);
    assert.match(error.message, /3/);
    assert.equal(await readFile(file(), "utf8"), config, "nothing was written");
  });

  test("a task that fits no instance: figures", async () => {
    await withConfig(/(\bcpu:) 256\b/, "$1 4096");
    await journey.run(["push", "--sandbox", "--engine", "builtin"]);
    const { code, error } = await refusal(journey, ["deploy", "--yes", "--sandbox"]);
    assert.equal(code, 3);
    assert.match(error.message, /4096/);
    assert.match(error.message, /1024/);
  });

  test("a missing Dockerfile", async () => {
    await withConfig(/(dockerfile:) Dockerfile\b/, "$1 Missingfile");
    const { code, error } = await refusal(journey, ["push", "--sandbox", "--engine", "builtin"]);
    assert.equal(code, 3);
    assert.match(error.message, /Missingfile/);
  });

  test("a platform that is none", async () => {
    await withConfig("", "");
    const { code, error } = await refusal(journey, ["push", "--sandbox", "--platform", "arm"]);
    assert.equal(code, 2);
    assert.match(error.message, /"arm" is not OS\/ARCHITECTURE/);
  });

  test("RUN without an engine: file and line", async () => {
    await withConfig(/(dockerfile:) Dockerfile\b/, "$1 Runfile");
    await writeFile(join(journey.dir, "Runfile"), "FROM scratch\nCOPY index.html /\nRUN echo hello\n");
    const { code, error } = await refusal(journey, ["push", "--sandbox", "--engine", "builtin"]);
    await rm(join(journey.dir, "Runfile"));
    assert.equal(code, 3);
    assert.match(error.message, /Runfile:3/);
    assert.match(`${error.message} ${error.hint}`, /engine/);
  });

  test("the sandbox's port is taken", async () => {
    const other = await Journey.open("port");
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.on("listening", resolve));
    const address = server.address();
    const port = String(typeof address === "object" ? address?.port : "");
    try {
      const { code, error } = await refusal(other, ["sandbox", "start", "--port", port]);
      assert.equal(code, 2);
      assert.match(error.message, new RegExp(port));
    } finally {
      server.close();
      await other.close();
    }
  });

  test("an image that was never pushed", async () => {
    await withConfig(/(repository:) flash-sale-webapp/, "$1 never-pushed");
    const { code, error } = await refusal(journey, ["deploy", "--yes", "--sandbox"]);
    assert.equal(code, 3);
    assert.match(error.message, /never-pushed/);
    assert.match(error.hint ?? "", /ecsctl push/);
  });

  test("no cluster to watch", async () => {
    await withConfig(/(name:) flash-sale-cluster/, "$1 nowhere-cluster");
    const { code, error } = await refusal(journey, ["watch", "--until", "stable", "--sandbox"]);
    assert.equal(code, 4);
    assert.match(error.message, /nowhere-cluster/);
    assert.match(error.hint ?? "", /ecsctl deploy/);
  });

  test("no terminal for a prompt: every missing flag is named", async () => {
    await withConfig("", "");
    const { code, error } = await refusal(journey, ["scale", "policy", "add", "p", "--sandbox"]);
    assert.equal(code, 2);
    for (const flag of ["--metric", "--target", "--min", "--max"])
      assert.match(`${error.message} ${error.hint}`, new RegExp(flag));
    const destroy = await refusal(journey, ["destroy", "--sandbox"]);
    assert.equal(destroy.code, 2);
    assert.match(`${destroy.error.message} ${destroy.error.hint}`, /--yes/);
  });

  test("an endpoint that is not this computer is refused while --sandbox is on", async () => {
    const { code, error } = await refusal(journey, ["status", "--sandbox"], {
      AWS_ENDPOINT_URL: "https://ecs.us-east-1.example.com",
    });
    assert.equal(code, 2);
    assert.match(error.message, /AWS_ENDPOINT_URL/);
  });
});
