import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { Check } from "../../../src/core/doctor/check.ts";
import { formatDiagnosis } from "../../../src/core/output/doctor-view.ts";

const checks: Check[] = [
  { name: "node", status: "ok", detail: "Node v24.21.0, supported until 2028-04-30" },
  {
    name: "service-linked roles",
    status: "failed",
    detail: "one thing that is wrong\nand another one",
    hint: "aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com",
  },
  { name: "clock", status: "skipped", detail: "AWS has not answered" },
];
const show = (columns?: number): string[] =>
  stripVTControlCharacters(formatDiagnosis({ checks, failed: 1, sources: {} }, columns)).split("\n");

test("what was found stands beside the names, and each further line below it", () => {
  assert.deepEqual(show().slice(0, 5), [
    "✔ node                  Node v24.21.0, supported until 2028-04-30",
    "✖ service-linked roles  one thing that is wrong",
    "                        and another one",
    "                        hint: aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com",
    "– clock                 skipped: AWS has not answered",
  ]);
});

test("a narrow terminal gets the names alone on their lines, and commands whole", () => {
  assert.deepEqual(show(40).slice(0, 7), [
    "✔ node",
    "    Node v24.21.0, supported until",
    "    2028-04-30",
    "✖ service-linked roles",
    "    one thing that is wrong",
    "    and another one",
    "    hint: aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com",
  ]);
});
