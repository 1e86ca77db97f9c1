import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../support/run-cli.ts";

interface ErrorDocument {
  error: { code: string; message: string; hint?: string };
}

/** What needs no AWS to be refused: these never get as far as a call. */
describe("scale: bad input", () => {
  let dir = "";
  const nowhere = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  };
  const range = ["--min", "1", "--max", "3"];

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "ecsctl-scale-"));
    const made = await runCli(["init", "--template", "flash-sale", "--dir", dir, "--yes"], { cwd: dir });
    assert.equal(made.code, 0, made.stderr);
  });
  after(() => rm(dir, { recursive: true }));

  const refused: [args: string[], code: string, message: RegExp][] = [
    [["scale", "set", "two"], "InvalidCount", /^COUNT two: expected a whole number/],
    [["scale", "range", "3", "many"], "InvalidCount", /^MAX many: expected a whole number/],
    [["scale", "suspend", "up"], "InvalidFlag", /out, in, scheduled/],
    [
      ["scale", "policy", "add", "p", "--type", "steps"],
      "InvalidFlag",
      /--type=steps to be one of: target-tracking, step/,
    ],
    [
      ["scale", "policy", "add", "p", "--metric", "cpus", "--target", "5", ...range],
      "InvalidPolicy",
      /--metric cpus: expected cpu, memory/,
    ],
    [
      ["scale", "policy", "add", "p", "--metric", "cpu", "--step", "80..90:+2", ...range],
      "InvalidStep",
      /--step: nothing says what happens above 90/,
    ],
    [
      ["scale", "policy", "add", "p", "--metric", "requests", "--target", "5", ...range],
      "NoLoadBalancer",
      /--metric: found requests/,
    ],
  ];
  for (const [args, code, message] of refused)
    test(args.join(" "), async () => {
      const outcome = await runCli([...args, "--json"], { cwd: dir, env: { ...nowhere, ECSCTL_STATE_DIR: dir } });
      const { error } = JSON.parse(outcome.stdout) as ErrorDocument;
      assert.deepEqual([outcome.code, error.code], [2, code], error.message);
      assert.match(error.message, message);
    });
});
