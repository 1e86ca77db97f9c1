import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { collect, type Outcome, root, runCli, startCli } from "../support/run-cli.ts";

const template = `${root}/templates/flash-sale`;
const escape = String.fromCodePoint(27);
let empty = "";
before(async () => {
  empty = await mkdtemp(join(tmpdir(), "ecsctl-base-"));
});
after(() => rm(empty, { recursive: true }));

interface ErrorDocument {
  error: { code: string; message: string; why?: string; hint?: string };
}

/** The one document on stdout. */
function document({ stdout }: Outcome): ErrorDocument {
  return JSON.parse(stdout) as ErrorDocument;
}

interface Bad {
  what: string;
  args: string[];
  env?: Record<string, string>;
  in?: "empty" | "template";
  exit: number;
  code: string;
  message: RegExp;
  why?: RegExp;
  hint?: RegExp;
}

const bad: Bad[] = [
  {
    what: "an unknown flag",
    args: ["status", "--regon", "x"],
    exit: 2,
    code: "UnknownFlag",
    message: /--regon/,
    hint: /Did you mean --region\?[^]*ecsctl status --help/,
  },
  { what: "an unknown short flag", args: ["status", "-z"], exit: 2, code: "UnknownFlag", message: /-z/ },
  {
    what: "an unknown command",
    args: ["stauts"],
    exit: 2,
    code: "UnknownCommand",
    message: /stauts/,
    hint: /ecsctl status/,
  },
  {
    what: "an unknown flag and no command",
    args: ["--verson"],
    exit: 2,
    code: "UnknownFlag",
    message: /--verson/,
    hint: /Did you mean --version\?/,
  },
  {
    what: "help about a command that is none",
    args: ["help", "scale", "polcy"],
    exit: 2,
    code: "UnknownCommand",
    message: /Unknown command: scale polcy\./,
    hint: /ecsctl scale policy$/m,
  },
  {
    what: "an unknown command of a topic",
    args: ["scale", "policy", "lst", "x"],
    exit: 2,
    code: "UnknownCommand",
    message: /scale policy lst x/,
    hint: /ecsctl scale policy list/,
  },
  {
    what: "an argument too many",
    args: ["status", "now"],
    exit: 2,
    code: "UnexpectedArgument",
    message: /now/,
    hint: /ecsctl status --help/,
  },
  {
    what: "a missing argument",
    args: ["scale", "policy", "remove"],
    exit: 2,
    code: "MissingArgument",
    message: /NAME/,
  },
  { what: "a flag without its value", args: ["status", "--region"], exit: 2, code: "InvalidFlag", message: /--region/ },
  {
    what: "a value that is none of the choices",
    args: ["init", "--template", "nope"],
    exit: 2,
    code: "InvalidFlag",
    message: /flash-sale/,
  },
  { what: "text for a number", args: ["init", "--min", "few"], exit: 2, code: "InvalidFlag", message: /--min: .*few/ },
  {
    what: "no configuration",
    args: ["status", "--region", "us-east-1"],
    in: "empty",
    exit: 3,
    code: "ConfigNotFound",
    message: /ecsctl\.yaml/,
    hint: /ecsctl init/,
  },
  {
    what: "a configuration that is named and not there",
    args: ["status", "-c", "other.yaml"],
    exit: 3,
    code: "ConfigNotFound",
    message: /other\.yaml/,
  },
  {
    what: "no region",
    args: ["status"],
    in: "empty",
    exit: 2,
    code: "MissingRegion",
    message: /region/,
    why: /There is no ecsctl\.yaml in/,
    hint: /AWS_REGION/,
  },
  {
    what: "a region that would send credentials elsewhere",
    args: ["status", "--region", "evil.example/"],
    exit: 2,
    code: "InvalidRegion",
    message: /evil/,
  },
  {
    what: "an unknown environment",
    args: ["status", "--env", "nope"],
    exit: 3,
    code: "UnknownEnvironment",
    message: /nope/,
  },
  {
    what: "the sandbox with an endpoint elsewhere",
    args: ["status", "--sandbox"],
    env: { AWS_ENDPOINT_URL: "https://user:secret@aws.example.com" },
    exit: 2,
    code: "ForeignEndpoint",
    message: /AWS_ENDPOINT_URL points away from this computer \(aws\.example\.com\)/,
  },
  {
    what: "a switch in the environment that is neither yes nor no, which must not mean the real AWS",
    args: ["status"],
    env: { ECSCTL_SANDBOX: "on" },
    exit: 2,
    code: "InvalidSwitch",
    message: /ECSCTL_SANDBOX=on: expected true or false/,
  },
  {
    what: "an endpoint that is no URL",
    args: ["status"],
    env: { AWS_ENDPOINT_URL_ECS: "localhost:4566" },
    exit: 2,
    code: "InvalidEndpoint",
    message: /AWS_ENDPOINT_URL_ECS is no URL/,
  },
  {
    what: "a duration without a unit, told without the parser's own heading",
    args: ["events", "--since", "5"],
    exit: 2,
    code: "InvalidDuration",
    message: /^(Error: )?--since 5: expected a duration\.$/m,
  },
  {
    what: "a workshop that could not ask, before it does anything",
    args: ["workshop", "--dir", "never"],
    exit: 2,
    code: "MissingFlag",
    message: /^(Error: )?Missing: --yes\.$/m,
  },
  {
    what: "a state directory that cannot be one",
    args: ["status", "--sandbox"],
    env: { ECSCTL_STATE_DIR: "/dev/null" },
    exit: 3,
    code: "FileUnusable",
    message: /\/dev\/null\/sandbox: part of the path is a file and not a folder \(ENOTDIR\)/,
    hint: /ECSCTL_STATE_DIR/,
  },
  {
    what: "no terminal for the wizard",
    args: ["init", "--app", "x", "--dir", "never"],
    exit: 2,
    code: "MissingFlag",
    message: /--region NAME, --instance-type TYPE, --min N, --max N/,
    hint: /--yes/,
  },
];

describe("every error", { concurrency: 2 }, () => {
  for (const { what, args, env = {}, in: where = "template", exit, code, message, why, hint } of bad) {
    it(`${what}: exit ${exit}, in text and in JSON`, async () => {
      const options = { cwd: where === "empty" ? empty : template, env };
      const text = await runCli(args, options);
      assert.equal(text.code, exit, text.stderr);
      assert.equal(text.stdout, "");
      assert.match(text.stderr, /^Error: /);
      assert.match(text.stderr, message);
      if (why) assert.match(text.stderr, why);
      if (hint) assert.match(text.stderr, hint);
      assert.doesNotMatch(text.stderr, /\n {4}at |secret/);
      assert.equal(text.stderr.includes(escape), false);
      const json = await runCli([...args, "--json"], options);
      assert.equal(json.code, exit, json.stderr);
      assert.equal(json.stderr, "");
      const { error } = document(json);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      if (hint) assert.match(error.hint ?? "", hint);
    });
  }
});

describe("shared flags", { concurrency: 2 }, () => {
  it("come from the environment too", async () => {
    const { code, stdout } = await runCli(["status"], { cwd: template, env: { ECSCTL_JSON: "1", ECSCTL_ENV: "nope" } });
    assert.equal(code, 3);
    assert.equal((JSON.parse(stdout) as ErrorDocument).error.code, "UnknownEnvironment");
  });

  it("may stand before the command", async () => {
    const outcome = await runCli(["--json", "--env", "nope", "status"], { cwd: template });
    assert.equal(outcome.code, 3);
    assert.equal(document(outcome).error.code, "UnknownEnvironment");
  });

  it("are those of the user behind --, not ours", async () => {
    const { code, stdout } = await runCli(["status", "--", "--json"], { cwd: template });
    assert.equal(code, 2);
    assert.equal(stdout, "");
  });
});

describe("help and version", { concurrency: 2 }, () => {
  for (const args of [
    [],
    ["--help"],
    ["scale"],
    ["init", "--help"],
    ["scale", "policy", "add", "-h"],
    ["help", "deploy"],
  ]) {
    it(`ecsctl ${args.join(" ")}: help on stdout, or one document`, async () => {
      const text = await runCli(args);
      assert.equal(text.code, 0, text.stderr);
      assert.match(text.stdout, /USAGE[^]*ECSCTL_REGION/);
      const json = await runCli([...args, "--json"]);
      assert.equal(json.code, 0);
      assert.match((JSON.parse(json.stdout) as { help: string }).help, /USAGE/);
    });
  }

  it("documents the shared flags of every command", async () => {
    const { stdout } = await runCli(["status", "--help"]);
    for (const flag of ["--json", "--config", "--env", "--profile", "--region", "--sandbox", "--help"])
      assert.match(stdout, new RegExp(flag));
  });

  it("ecsctl --version", async () => {
    assert.match((await runCli(["--version"])).stdout, /^ecsctl\/\d+\.\d+\.\d+ \S+ node-v\d+\S+\n$/);
    assert.match((JSON.parse((await runCli(["--version", "--json"])).stdout) as { version: string }).version, /^\d/);
  });
});

describe("colour", { concurrency: 2 }, () => {
  it("is only where it is wanted", async () => {
    const forced = await runCli(["nope"], { env: { FORCE_COLOR: "1" } });
    assert.ok(forced.stderr.includes(escape));
    const none = await runCli(["nope"], { env: { NO_COLOR: "1" } });
    assert.equal(none.stderr.includes(escape), false);
  });
});

describe("interruption", () => {
  /** A server that takes requests and never answers. */
  async function withSilentAws(test: (env: Record<string, string>, asked: Promise<unknown>) => Promise<void>) {
    const server = createServer(() => {});
    const asked = once(server, "request");
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const env = { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" };
    try {
      await test(env, asked);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  for (const [signal, exit] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`${signal} ends a waiting command with exit ${exit} and one document`, () =>
      withSilentAws(async (env, asked) => {
        const child = startCli(["status", "--json"], { cwd: template, env });
        const outcome = collect(child);
        await Promise.race([asked, outcome]);
        child.kill(signal);
        const ended = await outcome;
        assert.equal(ended.code, exit, ended.stderr);
        assert.equal(document(ended).error.code, "Interrupted");
      }));
  }
});

describe("pipes", () => {
  it("a reader that has seen enough is no error", async () => {
    const child = startCli(["--help"]);
    child.stdout.destroy();
    const { stderr } = await collect(child);
    assert.equal(stderr, "");
  });

  it("a configuration that is a folder is an error of the configuration", async () => {
    await writeFile(join(empty, "x"), "");
    const outcome = await runCli(["status", "--json", "--region", "us-east-1", "-c", empty], { cwd: template });
    assert.equal(outcome.code, 3);
    assert.equal(document(outcome).error.code, "ConfigUnreadable");
  });
});
