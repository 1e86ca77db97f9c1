import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { checkTree, importsOf, violations } from "../../scripts/import-rules.ts";

test("the source keeps to the architecture's import rules", () => {
  assert.deepEqual(checkTree(join(import.meta.dirname, "../../src")), []);
});

test("imports are found in every form", () => {
  const source = `import a from "./a.ts";\nimport type { B } from './b.ts';\nexport { c } from "c";\nimport {\n  d,\n} from "d";\nimport "e";\nconst f = await import("f");`;
  assert.deepEqual(importsOf(source), ["./a.ts", "./b.ts", "c", "d", "e", "f"]);
});

const forbidden: [file: string, source: string, why: RegExp][] = [
  ["core/operations/x.ts", 'import "../../sandbox/server.ts";', /may not import sandbox/],
  ["core/scaling/x.ts", 'import { readFileSync } from "node:fs";', /must not act/],
  ["core/plan/x.ts", 'import type { Aws } from "../aws/aws.ts";', /may not import core\/aws/],
  ["core/loadtest/pacer.ts", 'import { request } from "undici";', /must not act/],
  ["sandbox/world/x.ts", 'import "../../core/errors.ts";', /may not import core\/errors/],
  ["commands/x.ts", 'import "../core/resources/cluster.ts";', /may not import core\/resources/],
  ["core/resources/x.ts", 'import { ECSClient } from "@aws-sdk/client-ecs";', /only core\/aws makes clients/],
];
for (const [file, source, why] of forbidden) {
  test(`${file} is refused: ${source}`, () => assert.match(violations(file, source).join("\n"), why));
}
