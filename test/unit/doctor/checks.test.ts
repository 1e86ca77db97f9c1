import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Aws } from "../../../src/core/aws/aws.ts";
import { ServerClock } from "../../../src/core/aws/server-clock.ts";
import { check, ok } from "../../../src/core/doctor/check.ts";
import { checkClock } from "../../../src/core/doctor/check-account.ts";
import { checkEngine, checkStateDir, judgeNode, judgeSdk } from "../../../src/core/doctor/check-computer.ts";
import { describeProject } from "../../../src/core/doctor/check-project.ts";
import { supportDates } from "../../../src/core/doctor/support-dates.ts";
import { awsError } from "../../../src/core/errors.ts";
import { loadConfig } from "../../../src/core/config/load.ts";
import { project } from "../../support/flash-sale.ts";

const dir = mkdtempSync(join(tmpdir(), "ecsctl-doctor-"));
after(() => {
  chmodSync(join(dir, "closed"), 0o755);
  rmSync(dir, { recursive: true });
});
const never = new AbortController().signal;

describe("support dates", () => {
  const day = (text: string) => new Date(`${text}T12:00:00Z`);

  for (const [version, today, status, words] of [
    ["v24.21.0", "2026-11-22", "ok", /supported until 2028-04-30/],
    ["v24.21.0", "2028-05-01", "failed", /no fixes since 2028-04-30/],
    ["v22.22.0", "2027-04-29", "ok", /supported until 2027-04-30/],
    ["v22.4.1", "2026-11-22", "failed", /older than 22\.22/],
    ["v20.18.1", "2026-11-22", "failed", /older than/],
    ["v31.0.0", "2026-11-22", "ok", /not known here/],
  ] as const)
    test(`Node ${version} on ${today} is ${status}`, () => {
      const found = judgeNode(version, day(today));
      assert.equal(found.status, status);
      assert.match(found.detail, words);
    });

  test("the SDK leaves a Node eight months or more after its end of life", () => {
    for (const { node, endOfLife, sdkUntil } of supportDates) {
      assert.ok(Date.parse(sdkUntil) - Date.parse(endOfLife) > 8 * 30 * 86_400_000, `Node ${node}`);
      assert.equal(judgeSdk(`v${node}.0.0`, new Date(Date.parse(sdkUntil) - 1)).status, "ok");
      assert.equal(judgeSdk(`v${node}.0.0`, new Date(sdkUntil)).status, "failed");
    }
  });
});

describe("the state directory", () => {
  test("that is there, and one that is to be made", async () => {
    assert.deepEqual((await checkStateDir(dir)).status, "ok");
    assert.match((await checkStateDir(join(dir, "a/b"))).detail, /which will be made$/);
  });

  test("that is a file, or below one", async () => {
    writeFileSync(join(dir, "file"), "");
    assert.equal((await checkStateDir(join(dir, "file"))).status, "failed");
    assert.equal((await checkStateDir(join(dir, "file/state"))).status, "failed");
  });

  test("that may not be written", async () => {
    mkdirSync(join(dir, "closed"), { mode: 0o555 });
    const found = await checkStateDir(join(dir, "closed/state"));
    // Root may write everywhere.
    assert.equal(found.status, process.getuid?.() === 0 ? "ok" : "failed");
  });
});

describe("the clock", () => {
  /** A server whose clock is off by so much. */
  const clockOff = (ms: number, endpoint?: string) => {
    const clock = new ServerClock(() => 0);
    clock.observe(1_000_000_000 + ms);
    return checkClock({ aws: { clock, endpoint } as Aws, env: {} }, 1_000_000_000);
  };

  test("is judged by AWS's five minutes", () => {
    assert.equal(clockOff(1000).detail, "in step with AWS");
    assert.match(clockOff(-240_000).detail, /240 s/);
    const found = clockOff(-600_000);
    assert.deepEqual(
      [found.status, found.detail],
      ["failed", "the server's clock is 10 min behind; AWS takes five minutes."],
    );
    assert.match(found.hint ?? "", /set-ntp/);
  });

  test("is not judged before AWS has answered", () => {
    const found = checkClock({ aws: { clock: new ServerClock(() => 0) } as Aws, env: {} });
    assert.deepEqual([found.status, found.detail], ["skipped", "AWS has not answered: see credentials"]);
  });

  test("of an endpoint of one's own is nobody's fault", () =>
    assert.equal(clockOff(86_400_000, "http://127.0.0.1:1").status, "skipped"));
});

test("the configuration tells where its values come from", () => {
  const file = join(dir, "ecsctl.yaml");
  const plain = `app: shop\nimage: { repository: "\${REPO}" }\ncluster: { name: c }\nservice: { name: s }\n`;
  const task = `task: { family: f, cpu: 256, memory: 512, container: { name: w, port: 80 }, logs: { group: /ecs/shop } }\n`;
  const environment = "environments: { live: { service: { desiredCount: 3 } } }\n";
  writeFileSync(file, plain + task + environment);
  const region = { path: "region", value: "eu-west-1", source: "AWS_REGION" } as const;
  const options = { cwd: dir, file, environment: "live", env: { REPO: "web" }, overrides: [region] };
  const { status, detail } = describeProject(loadConfig(options));
  assert.equal(status, "ok");
  assert.match(
    detail,
    /\(app shop\): \d+ values from it, 1 from its environment, 1 with \$\{VAR\} in them, \d+ defaults, region from AWS_REGION$/,
  );
});

test("without an engine, the Dockerfile decides", async () => {
  const context = { signal: never, env: { PATH: dir } };
  const at = { ...project, dir };
  assert.equal((await checkEngine(context)).status, "skipped");
  assert.match((await checkEngine(context, at)).detail, /there is no Dockerfile/);
  writeFileSync(join(dir, "Dockerfile"), "FROM scratch\nCOPY . /\n");
  assert.equal((await checkEngine(context, at)).status, "ok");
  writeFileSync(join(dir, "Dockerfile"), "FROM node\nRUN npm ci\n");
  assert.equal((await checkEngine(context, at)).status, "failed");
});

test("an error is an outcome, with its remedy; an interruption is not", async () => {
  const broken = awsError({ code: "X", message: "It broke.", why: "Because.", hint: "Mend it." });
  const look = () => Promise.reject(broken);
  const expected = { name: "a", status: "failed", detail: "It broke. Because.", hint: "Mend it." };
  assert.deepEqual(await check("a", never, look), expected);
  assert.equal((await check("b", never, () => Promise.reject(new Error("odd")))).detail, "odd");
  assert.equal((await check("c", never, () => ok("fine"))).status, "ok");
  await assert.rejects(check("d", AbortSignal.abort(new Error("stop")), look), /stop/);
});
