import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { loadConfig } from "../../../src/core/config/load.ts";
import type { PolicyConfig } from "../../../src/core/config/scaling-schema.ts";
import { addPolicy, removePolicy, setRange, writeScalingPolicy } from "../../../src/core/config/write-back.ts";

const template = new URL("../../../templates/flash-sale/ecsctl.yaml", import.meta.url);
const text = await readFile(template, "utf8");
const cpu: PolicyConfig = {
  name: "cpu-target-tracking",
  type: "target-tracking",
  metric: "cpu",
  target: 50,
  scaleOutCooldown: "30s",
  scaleInCooldown: "30s",
  disableScaleIn: false,
};
const range = { min: 1, max: 3 };

/** The lines that one text has and the other has not. */
function changed(before: string, after: string): { removed: string[]; added: string[] } {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return { removed: old.filter((line) => !now.includes(line)), added: now.filter((line) => !old.includes(line)) };
}

function scaling(yaml: string): string {
  const start = yaml.indexOf("\nscaling:") + 1;
  assert.ok(start > 0, yaml);
  const end = yaml.indexOf("\n\n", start);
  return yaml.slice(start, end === -1 ? undefined : end).trimEnd();
}

describe("writing a scaling policy back", () => {
  it("takes the template's block out of its comment, with the values asked for and its comments kept", () => {
    const after = addPolicy(text, { ...cpu, target: 40 }, { min: 1, max: 5 });
    assert.equal(
      scaling(after),
      [
        "scaling:",
        "  min: 1 # tasks",
        "  max: 5",
        "  policies:",
        "    - name: cpu-target-tracking",
        "      type: target-tracking",
        "      metric: cpu # the service's average, ECSServiceAverageCPUUtilization",
        "      target: 40 # percent of what the tasks reserve",
        "      scaleOutCooldown: 30s",
        "      scaleInCooldown: 30s",
      ].join("\n"),
    );
    assert.doesNotMatch(after, /^# ?scaling:/m);
    assert.equal(
      changed(text, after).removed.every((line) => line.startsWith("#")),
      true,
    );
  });

  it("replaces the commented example by another policy instead of adding to it", () => {
    const after = addPolicy(text, { ...cpu, name: "mine", metric: "memory", disableScaleIn: true }, range);
    assert.equal(scaling(after).match(/name:/g)?.length, 1);
    assert.match(
      after,
      /- \{ name: mine, type: target-tracking, metric: memory, target: 50, .*, disableScaleIn: true \}/,
    );
  });

  it("changes nothing when the policy is there already", () => {
    const once = addPolicy(text, cpu, range);
    assert.equal(addPolicy(once, cpu, range), once);
  });

  it("adds a second policy below the first, one line", () => {
    const once = addPolicy(text, cpu, range);
    const { removed, added } = changed(once, addPolicy(once, { ...cpu, name: "mem", metric: "memory" }, range));
    assert.deepEqual(removed, []);
    assert.deepEqual(added, [
      "    - { name: mem, type: target-tracking, metric: memory, target: 50, scaleOutCooldown: 30s, scaleInCooldown: 30s }",
    ]);
  });

  it("updates a policy of the same name in place", () => {
    const once = addPolicy(text, cpu, range);
    const { removed, added } = changed(once, addPolicy(once, { ...cpu, target: 70 }, range));
    assert.equal(removed.length, 1);
    assert.deepEqual(added, ["      target: 70 # percent of what the tasks reserve"]);
  });

  it("appends a block to a file that has none", () => {
    const bare = "app: shop # mine\n";
    assert.equal(
      addPolicy(bare, cpu, range),
      `app: shop # mine

scaling:
  min: 1
  max: 3
  policies:
    - { name: cpu-target-tracking, type: target-tracking, metric: cpu, target: 50, scaleOutCooldown: 30s, scaleInCooldown: 30s }
`,
    );
  });

  for (const [what, block] of [
    ["an empty list", "scaling: { min: 1, max: 2, policies: [] }"],
    ["a list in brackets", "scaling: { min: 1, max: 2, policies: [{ name: a, type: target-tracking }] }"],
    ["no list", "scaling:\n  min: 1 # few\n  max: 2"],
    ["a list that is not indented", "scaling:\n  policies:\n  - name: a # first\n    target: 1\n  min: 1\n  max: 2"],
  ] as const) {
    it(`copes with ${what}, keeping the comments around it`, () => {
      const after = addPolicy(`# top\napp: shop # mine\n${block}\n# end\n`, cpu, { min: 1, max: 4 });
      for (const comment of ["# top", "# mine", "# end"]) assert.match(after, new RegExp(comment));
      assert.match(after, /max: 4/);
      assert.equal(after.match(/name: cpu-target-tracking/g)?.length, 1);
      assert.equal(/name: a\b/.test(after), /name: a\b/.test(block));
    });
  }

  it("quotes what needs quotes", () => {
    assert.match(addPolicy("app: a\n", { ...cpu, name: "a, b: {c}" }, range), /\{ name: "a, b: \{c\}", type/);
  });
});

describe("removing a policy", () => {
  it("cuts its lines out and leaves the rest", () => {
    const both = addPolicy(addPolicy(text, cpu, range), { ...cpu, name: "mem", metric: "memory" }, range);
    const { removed, added } = changed(both, removePolicy(both, "mem"));
    assert.equal(removed.length, 1);
    assert.deepEqual(added, []);
    assert.match(removePolicy(both, cpu.name), /name: mem/);
  });

  it("takes the list along with the last one, and touches nothing else", () => {
    const before = addPolicy(text, cpu, range);
    const after = removePolicy(before, cpu.name);
    assert.match(scaling(after), /^scaling:\n {2}min: 1 # tasks\n {2}max: 3$/);
    assert.deepEqual(changed(before, after).added, []);
    assert.deepEqual(addPolicy(after, cpu, range).split("\n").slice(0, 60), before.split("\n").slice(0, 60));
  });

  it("changes nothing for a name that is not there", () => {
    assert.equal(removePolicy(text, "nobody"), text);
  });
});

it("writes the file whole, and it loads", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ecsctl-write-back-"));
  try {
    await writeFile(join(dir, "ecsctl.yaml"), text);
    const { disableScaleIn: _isDefault, ...essential } = cpu;
    await writeScalingPolicy(loadConfig({ cwd: dir, env: {} }), cpu, range);
    assert.deepEqual(loadConfig({ cwd: dir, env: {} }).config.scaling?.policies, [essential]);
    assert.deepEqual(await readdir(dir), ["ecsctl.yaml"]);
  } finally {
    await rm(dir, { recursive: true });
  }
});

describe("the limits alone", () => {
  it("are written where there was no scaling, and changed in place", () => {
    assert.match(setRange("app: shop # mine\n", range), /^app: shop # mine\n\nscaling:\n {2}min: 1\n {2}max: 3\n$/);
    const text = "scaling:\n  min: 1 # night\n  max: 3 # day\n";
    assert.equal(setRange(text, { min: 2, max: 9 }), "scaling:\n  min: 2 # night\n  max: 9 # day\n");
    assert.equal(setRange(text, { min: 1, max: 3 }), text);
  });

  it("take a policy after them, with their comments", () => {
    const text = "app: shop\nscaling:\n  min: 1 # night\n  max: 3\n# the end\n";
    const step: PolicyConfig = { name: "s", type: "step", metric: "cpu", steps: ["80:+2", "20:-1"] };
    assert.equal(
      addPolicy(text, step, range),
      'app: shop\nscaling:\n  min: 1 # night\n  max: 3\n  policies:\n    - { name: s, type: step, metric: cpu, steps: ["80:+2", "20:-1"] }\n# the end\n',
    );
  });
});

describe("policies of every kind", () => {
  const text = `scaling:
  min: 1
  max: 3
  policies:
    - { name: p, type: target-tracking, metric: cpu, target: 50, x-why: mine } # first
    - { name: q, type: scheduled, schedule: rate(1 hour), min: 1 } # second
`;

  it("change in place, keys that they no longer have go, the user's own stay", () => {
    const other: PolicyConfig = { name: "p", type: "target-tracking", metric: "memory", target: 60 };
    assert.equal(addPolicy(text, other, range), text.replace("cpu", "memory").replace("50", "60"));
    const steps: PolicyConfig = { name: "p", type: "step", metric: "cpu", steps: ["80:+2"] };
    const stepped = addPolicy(text, steps, range);
    assert.match(stepped, /- \{ name: p, type: step, metric: cpu, steps: \["80:\+2"\], x-why: mine \}/);
    assert.match(stepped, /# second/);
  });

  it("keep maps and lists of maps as they were given", () => {
    const math: PolicyConfig = {
      name: "m",
      type: "target-tracking",
      target: 5,
      metrics: [
        { id: "q", metric: "AWS/SQS/X", dimensions: { "Queue Name": "a, b", Stage: "1" }, statistic: "p90" },
        { id: "t", expression: "IF(q > 3, q / 2, 0)", label: "a: b" },
      ],
    };
    const again = parse(addPolicy(text, math, range)) as { scaling: { policies: unknown[] } };
    assert.deepEqual(again.scaling.policies[2], math);
    assert.equal(removePolicy(addPolicy(text, math, range), "m"), text);
  });
});
