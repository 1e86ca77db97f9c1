import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readDocument } from "../../../src/core/config/document.ts";

const docs = join(import.meta.dirname, "../../../docs");

for (const name of readdirSync(docs).filter((file) => file.endsWith(".md")))
  test(`the YAML that docs/${name} shows can be read`, () => {
    const blocks = readFileSync(join(docs, name), "utf8").matchAll(/^```yaml\n(.*?)^```/gms);
    for (const [, text = ""] of blocks) assert.deepEqual(readDocument(text).problems, [], text);
  });
