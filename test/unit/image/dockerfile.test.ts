import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { expandWord, splitWords } from "../../../src/core/image/dockerfile-words.ts";
import { parseDockerfile } from "../../../src/core/image/dockerfile.ts";
import type { EcsctlError } from "../../../src/core/errors.ts";

const parse = (text: string) => parseDockerfile("Dockerfile", text).instructions;

describe("instructions and their lines", () => {
  const cases: [string, string, [string, number, string][]][] = [
    ["one", "FROM scratch", [["FROM", 1, "scratch"]]],
    [
      "lower case, blank lines, comments",
      "# hello\n\nfrom scratch\n# more\ncopy a b",
      [
        ["FROM", 3, "scratch"],
        ["COPY", 5, "a b"],
      ],
    ],
    [
      "continuation",
      "FROM scratch\nENV A=1 \\\n  B=2\nCMD x",
      [
        ["FROM", 1, "scratch"],
        ["ENV", 2, "A=1   B=2"],
        ["CMD", 4, "x"],
      ],
    ],
    [
      "a comment inside a continuation",
      "FROM scratch\nENV A=1 \\\n# why\n  B=2",
      [
        ["FROM", 1, "scratch"],
        ["ENV", 2, "A=1   B=2"],
      ],
    ],
    [
      "an escape directive",
      "# escape=`\nFROM scratch\nENV A=1 `\n B=2",
      [
        ["FROM", 2, "scratch"],
        ["ENV", 3, "A=1  B=2"],
      ],
    ],
    ["a syntax directive", "# syntax=docker/dockerfile:1\nFROM scratch", [["FROM", 2, "scratch"]]],
    [
      "a hash in a value is no comment",
      "FROM scratch\nLABEL a=b#c",
      [
        ["FROM", 1, "scratch"],
        ["LABEL", 2, "a=b#c"],
      ],
    ],
    [
      "Windows line ends and a byte order mark",
      "\uFEFFFROM scratch\r\nCMD x\r\n",
      [
        ["FROM", 1, "scratch"],
        ["CMD", 2, "x"],
      ],
    ],
    [
      "a continuation at the end",
      "FROM scratch\nCMD x \\",
      [
        ["FROM", 1, "scratch"],
        ["CMD", 2, "x"],
      ],
    ],
  ];
  for (const [name, text, expected] of cases)
    test(name, () =>
      assert.deepEqual(
        parse(text).map((one) => [one.name, one.line, one.text]),
        expected,
      ),
    );

  test("flags and JSON forms", () => {
    const [, copy, command] = parse('FROM scratch\nCOPY --from=build --chmod=755 --link /a /b\nCMD ["a", "b c"]');
    assert.deepEqual(copy?.flags, { from: "build", chmod: "755", link: "" });
    assert.equal(copy?.text, "/a /b");
    assert.deepEqual(command?.json, ["a", "b c"]);
  });
});

describe("what is wrong, with file and line", () => {
  const cases: [string, string, RegExp][] = [
    ["empty", "", /^Dockerfile:1: found no FROM/],
    ["no FROM first", "COPY a b\nFROM scratch", /^Dockerfile:1: found COPY before the first FROM/],
    ["unknown instruction", "FROM scratch\n\nCOPPY a b", /^Dockerfile:3: found "COPPY"/],
    ["nothing after the word", "FROM scratch\nEXPOSE", /^Dockerfile:2: found nothing after EXPOSE/],
    ["a here-document", "FROM scratch\nCOPY <<EOF /a\nhello\nEOF", /^Dockerfile:2: here-documents/],
    ["a bad escape", "# escape=x\nFROM scratch", /^Dockerfile:1: found the escape character "x"/],
  ];
  for (const [name, text, message] of cases)
    test(name, () =>
      assert.throws(
        () => parse(text),
        (error: EcsctlError) => {
          assert.match(error.message, message);
          assert.equal(error.exitCode, 3);
          return true;
        },
      ),
    );

  test("a misspelt instruction gets a suggestion", () =>
    assert.throws(() => parse("FROM scratch\nCOPPY a b"), { hint: "did you mean COPY?" }));
});

describe("variables", () => {
  const lookup = (name: string) => ({ A: "1", EMPTY: "", PATH: "/bin" })[name];
  const cases: [string, string][] = [
    ["$A", "1"],
    ["${A}b", "1b"],
    ["$MISSING.", "."],
    ["${MISSING:-x}", "x"],
    ["${EMPTY:-x}", "x"],
    ["${EMPTY-x}", ""],
    ["${MISSING-x}", "x"],
    ["${A:+y}", "y"],
    ["${MISSING:+y}", ""],
    ["${EMPTY+y}", "y"],
    ["${MISSING:-${A}2}", "12"],
    ["$PATH:/usr", "/bin:/usr"],
    ["\\$A", "$A"],
    ["'$A'", "$A"],
    ['"$A b"', "1 b"],
    ['"a\\"b"', 'a"b'],
    ["5$", "5$"],
  ];
  for (const [text, expected] of cases) test(text, () => assert.equal(expandWord(text, lookup), expected));
  for (const text of ["${A", '"a', "${A:?}x${MISSING:?needed}", "${A/x/y}"])
    test(`${text} is refused`, () => assert.throws(() => expandWord(text, lookup)));

  test("words keep their quotes until they are expanded", () => {
    assert.deepEqual(splitWords('A="b c" D=\\ e  f'), ['A="b c"', "D=\\ e", "f"]);
  });
});
