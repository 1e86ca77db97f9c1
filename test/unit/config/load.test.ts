import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkConfig, loadConfig, type LoadOptions } from "../../../src/core/config/load.ts";
import { EcsctlError } from "../../../src/core/errors.ts";

const good = `app: shop
image: { repository: shop }
cluster:
  name: shop-cluster
  capacity:
    instanceType: t2.small
    min: 1
    max: 3
service: { name: shop }
task:
  family: shop
  cpu: 256
  memory: 512
  container: { name: web, port: 80 }
  logs: { group: /ecs/shop }
scaling:
  min: 1
  max: 3
  policies:
    - { name: cpu, type: target-tracking, metric: cpu, target: 50 }
`;

function check(text: string, options: Partial<LoadOptions> = {}) {
  return checkConfig(text, "/app/ecsctl.yaml", { cwd: "/app", env: {}, ...options });
}

function failure(text: string, options: Partial<LoadOptions> = {}): EcsctlError {
  try {
    check(text, options);
  } catch (error) {
    assert.ok(error instanceof EcsctlError, String(error));
    assert.equal(error.exitCode, 3);
    return error;
  }
  return assert.fail("the text was accepted");
}

interface Bad {
  what: string;
  from: string;
  to: string;
  code: string;
  message: RegExp;
  hint?: RegExp;
}

const bad: Bad[] = [
  {
    what: "a misspelt key",
    from: "instanceType:",
    to: "instnceType:",
    code: "InvalidConfig",
    message:
      /^ecsctl\.yaml:6:5: found the unknown key instnceType in cluster\.capacity, expected one of instanceType, /m,
    hint: /Did you mean instanceType\?/,
  },
  {
    what: "a key in another spelling",
    from: "service: { name: shop }",
    to: "service: { name: shop, desired_count: 2 }",
    code: "UnknownKey",
    message: /^ecsctl\.yaml:9:24: found the unknown key desired_count in service/,
    hint: /^Did you mean desiredCount\?$/,
  },
  {
    what: "a port out of range",
    from: "port: 80",
    to: "port: 70000",
    code: "OutOfRange",
    message: /^ecsctl\.yaml:14:33: task\.container\.port: found 70000, expected at most 65535$/,
  },
  {
    what: "a quoted number",
    from: "cpu: 256",
    to: 'cpu: "256"',
    code: "InvalidType",
    message: /^ecsctl\.yaml:12:8: task\.cpu: found "256", expected a (whole )?number$/,
    hint: /^Leave out the quotes: 256$/,
  },
  {
    what: "a missing key",
    from: "  memory: 512\n",
    to: "",
    code: "MissingKey",
    message: /^ecsctl\.yaml:10:1: task\.memory is missing, expected a (whole )?number$/,
    hint: /Memory of the task in MiB/,
  },
  {
    what: "a key without a value",
    from: "family: shop",
    to: "family:",
    code: "MissingKey",
    message: /^ecsctl\.yaml:11:3: task\.family is missing, expected text$/,
  },
  {
    what: "a word that is none of the choices",
    from: "metric: cpu",
    to: "metric: cpus",
    code: "InvalidValue",
    message:
      /^ecsctl\.yaml:20:51: scaling\.policies\[0\]\.metric: found "cpus", expected cpu, memory, requests, running-tasks or NAMESPACE\/NAME$/,
    hint: /^Did you mean cpu\?$/,
  },
  {
    what: "a minimum above the maximum",
    from: "  min: 1\n  max: 3\n  policies",
    to: "  min: 5\n  max: 3\n  policies",
    code: "MinAboveMax",
    message: /^ecsctl\.yaml:17:8: scaling: found min 5 above max 3, expected min to be at most max$/,
  },
  {
    what: "cpu that does not fit the instance",
    from: "cpu: 256",
    to: "cpu: 2048",
    code: "DoesNotFit",
    message: /^ecsctl\.yaml:12:8: task\.cpu: found 2048, expected at most 1024, all that a t2\.small has$/,
  },
  {
    what: "a retention that CloudWatch Logs refuses",
    from: "group: /ecs/shop",
    to: "group: /ecs/shop, retentionDays: 10",
    code: "InvalidValue",
    message: /^ecsctl\.yaml:15:44: task\.logs\.retentionDays: found 10, expected one of 1, 3, 5, 7, 14, /,
    hint: /next longer one is 14/,
  },
  {
    what: "the same key twice",
    from: "service: { name: shop }",
    to: "service: { name: shop }\napp: again",
    code: "InvalidYaml",
    message: /^ecsctl\.yaml:10:1: Map keys must be unique$/,
  },
  {
    what: "a tab",
    from: "  name: shop-cluster",
    to: "\tname: shop-cluster",
    code: "InvalidYaml",
    message: /^ecsctl\.yaml:4:1: /m,
  },
  {
    what: "a variable that is not set",
    from: "name: shop-cluster",
    to: "name: ${CLUSTR}-x",
    code: "MissingVariable",
    message: /^ecsctl\.yaml:4:9: the environment variable CLUSTR is not set, or empty$/,
    hint: /\$\{CLUSTR:-value\}/,
  },
];

describe("loading ecsctl.yaml", () => {
  it("accepts a good file and fills in the defaults", () => {
    const { config, dir, file } = check(good);
    assert.equal(config.cluster.capacity?.rootVolumeGiB, 30);
    assert.equal(config.task.logs.retentionDays, 14);
    assert.equal(file, "/app/ecsctl.yaml");
    assert.equal(dir, "/app");
  });

  for (const { what, from, to, code, message, hint } of bad) {
    it(`names the place of ${what}`, () => {
      assert.ok(good.includes(from), `the fixture has ${from}`);
      const error = failure(good.replace(from, () => to));
      assert.match(error.message, message);
      assert.equal(error.code, code);
      if (hint) assert.match(error.hint ?? "", hint);
    });
  }

  it("names every fault at once, in the order of the file", () => {
    const error = failure(
      good.replace("port: 80", "port: 0").replace("min: 1", "min: one").replace("app: shop", "app: S"),
    );
    const [heading, ...lines] = error.message.split("\n");
    assert.equal(heading, "ecsctl.yaml has 3 errors:");
    assert.deepEqual(
      lines.map((line) => line.split(" ")[0]),
      ["ecsctl.yaml:1:6:", "ecsctl.yaml:7:10:", "ecsctl.yaml:14:33:"],
    );
  });

  it("lets keys that start with x- pass, everywhere", () => {
    const { config } = check(
      good.replace("  family: shop", "  family: shop\n  x-owner: me").concat("x-note: [1, 2]\n"),
    );
    assert.equal("x-owner" in config.task, false);
  });

  it("says what an empty file lacks", () => {
    assert.match(failure("").message, /^ecsctl\.yaml:1:1: the file is empty, expected a map/);
  });

  it("points at a missing file with the way to make one", () => {
    assert.throws(
      () => loadConfig({ cwd: "/", env: {} }),
      (error: EcsctlError) => error.code === "ConfigNotFound" && /ecsctl init/.test(error.hint ?? ""),
    );
  });
});

describe("variables in ecsctl.yaml", () => {
  const withPort = (value: string) => good.replace("port: 80", () => `port: "${value}"`);

  it("expands variables, as numbers where numbers are expected", () => {
    const { config, sources } = check(withPort("${PORT}"), { env: { PORT: "8080" } });
    assert.equal(config.task.container.port, 8080);
    assert.equal(sources["task.container.port"], "ecsctl.yaml:14:33 (${PORT})");
  });

  it("keeps text that looks like a number where text is expected", () => {
    const { config } = check(good.replace("repository: shop", "repository: shop, tag: '${BUILD}'"), {
      env: { BUILD: "007" },
    });
    assert.equal(config.image.tag, "007");
  });

  it("says that a variable inside { } needs quotes", () => {
    assert.match(failure(good.replace("port: 80", "port: ${PORT}")).hint ?? "", /"\$\{VAR\}"/);
  });

  it("says that a value which ends in colons needs quotes, as the ARN of a secret's key does", () => {
    const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf:apiKey::";
    const withKey = (value: string) =>
      good.replace(
        "{ name: web, port: 80 }",
        `\n    name: web\n    port: 80\n    secrets:\n      KEY: ${value} # one key`,
      );
    assert.equal(check(withKey(`"${arn}"`)).config.task.container.secrets["KEY"], arn);
    assert.match(failure(withKey(arn)).hint ?? "", /needs quotes/);
  });

  it("takes the default of an unset or empty variable", () => {
    assert.equal(check(withPort("${PORT:-81}")).config.task.container.port, 81);
    assert.equal(check(withPort("${PORT:-81}"), { env: { PORT: "" } }).config.task.container.port, 81);
  });

  it("keeps $$ as a dollar sign", () => {
    const { config } = check(
      good.replace("{ name: web, port: 80 }", '{ name: web, port: 80, environment: { A: "$$$${B}" } }'),
    );
    assert.equal(config.task.container.environment["A"], "${B}");
  });

  it("does not repeat the value of a variable in an error: it may be a secret", () => {
    const error = failure(withPort("${SECRET}"), { env: { SECRET: "hunter2" } });
    assert.match(error.message, /found the value of \$\{SECRET\}, expected/);
    assert.doesNotMatch(JSON.stringify(error) + error.message, /hunter2/);
  });

  it("leaves variables of other environments alone", () => {
    assert.ok(check(`${good}environments:\n  staging: { service: { name: "\${NOPE}" } }\n`));
  });
});

describe("environments", () => {
  const text = `${good}environments:\n  production:\n    cluster: { capacity: { instanceType: t3.small, max: 10 } }\n`;

  it("merges the chosen one over the file, and remembers where each value came from", () => {
    const { config, sources } = check(text, { environment: "production" });
    assert.equal(config.cluster.capacity?.max, 10);
    assert.equal(config.cluster.capacity?.min, 1);
    assert.equal(sources["cluster.capacity.max"], "ecsctl.yaml:23:57 (environments.production)");
    assert.equal(sources["cluster.capacity.min"], "ecsctl.yaml:7:10");
    assert.equal(sources["cluster.capacity.rootVolumeGiB"], "default");
  });

  it("changes nothing without --env", () => {
    assert.equal(check(text).config.cluster.capacity?.max, 3);
  });

  it("knows its names", () => {
    const error = failure(text, { environment: "prodution" });
    assert.equal(error.code, "UnknownEnvironment");
    assert.match(error.hint ?? "", /--env production/);
  });

  it("names the place of a fault in an environment", () => {
    const error = failure(text.replace("max: 10", "max: ten"), { environment: "production" });
    assert.match(error.message, /^ecsctl\.yaml:23:57: cluster\.capacity\.max: found "ten"/);
  });

  it("lets flags and variables come first", () => {
    const overrides = [{ path: "region", value: "eu-west-1", source: "--region" }] as const;
    const { config, sources } = check(good, { overrides });
    assert.equal(config.region, "eu-west-1");
    assert.equal(sources["region"], "--region");
  });
});

describe("anchors", () => {
  it("take in another map's keys, which its own come before", () => {
    const text = good
      .replace("scaling:\n  min: 1\n", "scaling:\n  <<: [*low, *high]\n  min: 2\n")
      .replace("app: shop\n", "app: shop\nx-low: &low { min: 1, max: 5 }\nx-high: &high { max: 9 }\n")
      .replace("  max: 3\n  policies", "  policies");
    assert.deepEqual([check(text).config.scaling?.min, check(text).config.scaling?.max], [2, 5]);
  });

  it("may not stand for more than a computer holds, nor for themselves", () => {
    const bomb = [..."bcdefghi"].map((name, index) => {
      const former = `*${"abcdefgh"[index]}`;
      return `x-${name}: &${name} [${Array(9).fill(former).join(", ")}]\n`;
    });
    for (const text of [`x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n${bomb.join("")}`, "x-a: &a { b: [*a] }\n"])
      assert.match(failure(good + text).message, /more than 10000 values, or more than 100 levels/);
  });
});
