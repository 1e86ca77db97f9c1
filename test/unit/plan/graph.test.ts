import assert from "node:assert/strict";
import { test } from "node:test";
import { array, assert as check, nat, property } from "fast-check";
import { orderNodes, reverseNeeds, selectNodes } from "../../../src/core/plan/graph.ts";
import { FakeCloud } from "../../support/fake-nodes.ts";

const item = (id: string, ...needs: string[]) => ({ id, needs });

test("what is needed comes first, the rest as given", () => {
  const ordered = orderNodes([item("c", "b"), item("b", "a"), item("x"), item("a")]);
  assert.deepEqual(
    ordered.map(({ id }) => id),
    ["a", "b", "c", "x"],
  );
});

test("a circle is an error that shows the way round", () => {
  assert.throws(() => orderNodes([item("a", "b"), item("b", "a")]), /a → b → a/);
});

test("a need that is not in the graph is an error", () => {
  assert.throws(() => orderNodes([item("a", "z")]), /a needs z/);
});

test("any graph without circles: every node once, after its needs", () => {
  const graphs = array(array(nat(30), { maxLength: 4 }), { maxLength: 20 }).map((needs) =>
    needs.map((list, index) => item(String(index), ...new Set(list.filter((need) => need < index).map(String)))),
  );
  check(
    property(graphs, (graph) => {
      const place = new Map(orderNodes(graph.toReversed()).map(({ id }, index) => [id, index]));
      assert.equal(place.size, graph.length);
      for (const { id, needs } of graph)
        for (const need of needs) assert.ok((place.get(need) ?? 0) < (place.get(id) ?? 0));
    }),
  );
});

test("backwards, what needs something goes before it", () => {
  assert.deepEqual(
    [...reverseNeeds([item("a"), item("b", "a"), item("c", "a", "b")])],
    [
      ["a", ["b", "c"]],
      ["b", ["c"]],
      ["c", []],
    ],
  );
});

test("some kinds and all that they need", () => {
  const cloud = new FakeCloud();
  const other = { ...cloud.node("other"), kind: "other" };
  const nodes = [cloud.node("a"), cloud.node("b"), { ...other, needs: ["thing/b"] }];
  assert.deepEqual(
    selectNodes(nodes, ["other"]).map(({ id }) => id),
    ["thing/b", "thing/other"],
  );
  assert.equal(selectNodes(nodes, []).length, 3);
});
