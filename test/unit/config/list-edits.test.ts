import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { addKey, addListItem, removeKey, removeListItem, type ListPlace } from "../../../src/core/config/list-edits.ts";

const alarms: ListPlace = { path: ["alarms"], key: "name" };
const emails: ListPlace = { path: ["notify", "emails"] };
const urls: ListPlace = { path: ["notify", "urls"] };

const file = `# the shop
app: shop # its name

alarms: # who watches
  - { name: a, metric: cpu, threshold: 70 } # percent
  # the other one
  - name: b
    metric: memory # of the tasks
    threshold: 80

notify:
  topic: alerts # SNS
  emails: [] # nobody yet

# the end
`;

test("a new item goes below the last one, and nothing else changes", () => {
  const text = addListItem(file, alarms, { name: "c", metric: "cpu", threshold: 90 });
  const line = "  - { name: c, metric: cpu, threshold: 90 }";
  assert.equal(text, file.replace("    threshold: 80\n", `    threshold: 80\n${line}\n`));
});

test("an item of the same name gets the new values, and keeps its comments", () => {
  const text = addListItem(file, alarms, { name: "b", metric: "cpu", threshold: 85 });
  assert.equal(text, file.replace("metric: memory #", "metric: cpu #").replace("threshold: 80", "threshold: 85"));
  const first = addListItem(file, alarms, { name: "a", metric: "cpu", threshold: 71 });
  assert.equal(first, file.replace("threshold: 70 }", "threshold: 71 }"));
});

test("an item with other keys is replaced as a whole", () => {
  const text = addListItem(file, alarms, { name: "b", rule: "ALARM(a)" });
  assert.deepEqual((parse(text) as { alarms: unknown }).alarms, [
    { name: "a", metric: "cpu", threshold: 70 },
    { name: "b", rule: "ALARM(a)" },
  ]);
  assert.match(text, /# the other one\n {2}- \{ name: b, rule: ALARM\(a\) \}\n\nnotify:/);
});

test("a list that is not there is made: at the end, or in its map", () => {
  const text = addListItem("app: shop # its name\n", alarms, { name: "a", metric: "cpu" });
  assert.equal(text, "app: shop # its name\n\nalarms:\n  - { name: a, metric: cpu }\n");
  const inner = addListItem(file, urls, "https://example.com/hook");
  const line = "  urls: [https://example.com/hook]";
  assert.equal(inner, file.replace("# nobody yet\n", `# nobody yet\n${line}\n`));
});

test("a list in brackets stays one", () => {
  const one = addListItem(file, emails, "me@example.com");
  assert.equal(one, file.replace("[]", "[me@example.com]"));
  const two = addListItem(one, emails, "you@example.com");
  assert.equal(two, file.replace("[]", "[me@example.com, you@example.com]"));
  assert.equal(addListItem(two, emails, "me@example.com"), two);
  assert.equal(removeListItem(two, emails, "you@example.com"), one);
  assert.equal(removeListItem(one, emails, "me@example.com"), file);
});

test("an item is taken out with its lines, the last one with its list", () => {
  const one = removeListItem(file, alarms, "a");
  assert.equal(one, file.replace("  - { name: a, metric: cpu, threshold: 70 } # percent\n", ""));
  const none = removeListItem(one, alarms, "b");
  assert.equal((parse(none) as { alarms?: unknown }).alarms, undefined);
  assert.match(none, /^# the shop\napp: shop # its name\n\n/);
  assert.match(none, /# nobody yet\n\n# the end\n$/);
  assert.equal(removeListItem(file, alarms, "nope"), file);
});

test("a key is put at the end once, and taken out again", () => {
  const text = addKey(file, "dashboard", {});
  assert.equal(text, `${file.trimEnd()}\n\ndashboard: {}\n`);
  assert.equal(addKey(text, "dashboard", { name: "x" }), text);
  assert.equal(removeKey(text, "dashboard").trimEnd(), file.trimEnd());
});

test("in the template, what was added and taken out leaves no trace", () => {
  const template = readFileSync(new URL("../../../templates/api/ecsctl.yaml", import.meta.url), "utf8");
  const more = addListItem(addListItem(template, alarms, { name: "x", metric: "cpu", threshold: 1 }), emails, "a@b.c");
  assert.notEqual(more, template);
  const less = removeListItem(removeListItem(more, alarms, "x"), emails, "a@b.c");
  assert.equal(less, template);
  const comments = (text: string) => [...text.matchAll(/#.*/g)].map(([comment]) => comment);
  assert.deepEqual(comments(more), comments(template));
});
