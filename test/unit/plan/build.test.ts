import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { buildPlan } from "../../../src/core/plan/build.ts";
import { readNodes, type Node } from "../../../src/core/plan/graph.ts";
import { unknownValue } from "../../../src/core/plan/resource.ts";
import { FakeCloud } from "../../support/fake-nodes.ts";

async function planOf(nodes: Node[], adopt = false) {
  const plan = buildPlan(nodes, await readNodes(nodes), { app: "app", adopt });
  return { ...plan, actions: Object.fromEntries(plan.steps.map((step) => [step.id.slice(6), step.action])) };
}

describe("each step's action", () => {
  test("missing: create; as wanted: keep; different: update; unchangeable: replace; unwanted: delete", async () => {
    const cloud = new FakeCloud();
    cloud.own("same");
    cloud.own("other", "0");
    cloud.own("fixed", "0");
    cloud.own("unwanted");
    const { actions, changes } = await planOf([
      cloud.node("new"),
      cloud.node("same"),
      cloud.node("other"),
      cloud.node("fixed", { value: "!1" }),
      cloud.node("unwanted", { wanted: false }),
      cloud.node("gone", { wanted: false }),
    ]);
    assert.deepEqual(actions, {
      new: "create",
      same: "keep",
      other: "update",
      fixed: "replace",
      unwanted: "delete",
      gone: "keep",
    });
    assert.equal(changes, 4);
  });

  test("what others made is adopted, counts only with consent, and is never deleted", async () => {
    const cloud = new FakeCloud();
    cloud.things.set("theirs", { value: "0", tags: {} });
    cloud.own("another app's", "0", "another");
    const nodes = [
      cloud.node("theirs"),
      cloud.node("another app's"),
      cloud.node("unwanted", { wanted: false, spec: () => ({ name: "theirs", value: "" }) }),
    ];
    const cautious = await planOf(nodes);
    assert.deepEqual(cautious.actions, { theirs: "adopt", "another app's": "adopt", unwanted: "keep" });
    assert.equal(cautious.changes, 0);
    assert.equal((await planOf(nodes, true)).changes, 2);
  });

  test("what cannot carry tags belongs to whoever owns what it hangs on", async () => {
    const cloud = new FakeCloud();
    cloud.things.set("policy", { value: "0" });
    assert.equal((await planOf([cloud.node("policy")])).actions["policy"], "update");
  });
});

describe("what depends on ids", () => {
  const dependent = (cloud: FakeCloud, needed: Node): Node[] => [
    needed,
    cloud.node("child", {
      needs: [needed.id],
      spec: (outputs) => ({ name: "child", value: outputs(needed.id, "id") }),
    }),
  ];

  test("an id that exists is used", async () => {
    const cloud = new FakeCloud();
    cloud.own("parent");
    cloud.own("child", "id-parent");
    assert.equal((await planOf(dependent(cloud, cloud.node("parent")))).changes, 0);
  });

  test("the id of what is made or replaced is not known before", async () => {
    const cloud = new FakeCloud();
    cloud.own("parent");
    cloud.own("child", "id-parent");
    const plan = await planOf(dependent(cloud, cloud.node("parent", { value: "!2" })));
    assert.deepEqual(plan.steps[1]?.changes, [{ path: "value", from: "id-parent", to: unknownValue }]);
  });

  test("an update keeps the id, unless it makes another version", async () => {
    const cloud = new FakeCloud();
    cloud.own("parent");
    cloud.own("child", "id-parent");
    assert.equal((await planOf(dependent(cloud, cloud.node("parent", { value: "2" })))).actions["child"], "keep");
    const versioned = await planOf(dependent(cloud, cloud.node("parent", { value: "2", versioned: true })));
    assert.equal(versioned.actions["child"], "update");
  });
});
