import assert from "node:assert/strict";
import { test } from "node:test";
import { selectNodes, type Node } from "../../src/core/plan/graph.ts";

const node = (id: string, ...needs: string[]) => ({ id, kind: id.split("/")[0] ?? "", needs }) as Partial<Node> as Node;
const graph = [
  node("role/a"),
  node("profile/a", "role/a"),
  node("group/g", "profile/a"),
  node("logs/l"),
  node("task/t", "role/a", "logs/l"),
];
const idsOf = (...kinds: string[]) => selectNodes(graph, kinds).map(({ id }) => id);

test("a kind brings what it needs, and nothing else", () => {
  assert.deepEqual(idsOf("group"), ["role/a", "profile/a", "group/g"]);
  assert.deepEqual(idsOf("task"), ["role/a", "logs/l", "task/t"]);
});

test("several kinds bring what they share once; an unknown kind brings nothing", () => {
  assert.deepEqual(idsOf("task", "profile"), ["role/a", "profile/a", "logs/l", "task/t"]);
  assert.deepEqual(idsOf("moon"), []);
});
