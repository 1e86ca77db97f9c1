import assert from "node:assert/strict";
import { test } from "node:test";
import { compileDockerignore } from "../../../src/core/image/dockerignore.ts";

const cases: [string, string[], string[]][] = [
  ["node_modules", ["node_modules", "node_modules/a/b"], ["src/node_modules", "node_modules2"]],
  ["**/node_modules", ["node_modules", "src/node_modules/a"], ["src/modules"]],
  ["*.md\n!README.md", ["NOTES.md"], ["README.md", "docs/a.md"]],
  ["**/*.md", ["a.md", "docs/deep/a.md"], ["a.mdx"]],
  ["/build/\n# comment\n\n", ["build", "build/x"], ["src/build"]],
  ["secret?.txt", ["secret1.txt"], ["secret.txt", "secret12.txt"]],
  ["[ab].txt", ["a.txt"], ["c.txt"]],
  ["docs/**", ["docs/a", "docs/a/b"], ["doc"]],
  ["*", ["a", "a/b"], []],
  ["*\n!site", ["a"], ["site", "site/index.html"]],
];

for (const [text, ignored, kept] of cases)
  test(JSON.stringify(text), () => {
    const ignore = compileDockerignore(text);
    assert.deepEqual(
      ignored.filter((path) => !ignore(path)),
      [],
      "should be ignored",
    );
    assert.deepEqual(
      kept.filter((path) => ignore(path)),
      [],
      "should be kept",
    );
  });
