import assert from "node:assert/strict";
import { test } from "node:test";
import { readExposed } from "../../../src/core/image/exposed-port.ts";

for (const [what, text, port] of [
  ["a number", "FROM a\nEXPOSE 8080", 8080],
  ["the first of several", "FROM a\nexpose 8080/tcp 9090\nEXPOSE 1", 8080],
  ["the first of a range", "FROM a\nEXPOSE 8000-8010", 8000],
  ["no udp, wherever it stands", "FROM a\nEXPOSE 53/udp 8080/TCP\nEXPOSE 54/udp", 8080],
  ["none but udp", "FROM a\nEXPOSE 53/udp", undefined],
  ["the last stage's", "FROM a\nEXPOSE 1\nFROM b\nEXPOSE 2", 2],
  [
    "not that of a stage which only builds",
    "FROM a AS build\nEXPOSE 3000\nFROM nginx\nCOPY --from=build /a /b",
    undefined,
  ],
  ["that of the stage it is made from", "FROM a AS Base\nEXPOSE 3000\nFROM base\nCMD x", 3000],
  ["a variable of a variable", "FROM a\nARG A=3000\nENV PORT=${A} X=y\nEXPOSE $PORT/tcp", 3000],
  ["the old form of ENV", "FROM a\nENV PORT 81\nEXPOSE ${PORT}", 81],
  ["a default", "FROM a\nEXPOSE ${PORT:-82}", 82],
  ["the other default", "FROM a\nEXPOSE ${PORT-82}", 82],
  ["an ARG from before FROM that the stage takes", "ARG PORT=84\nFROM a\nARG PORT\nEXPOSE $PORT", 84],
  ["an ARG from before FROM that it does not", "ARG PORT=84\nFROM a\nEXPOSE $PORT", undefined],
  ["ENV before ARG", "FROM a\nENV PORT=85\nARG PORT=1\nEXPOSE $PORT", 85],
  ["what is quoted", 'FROM a\nENV PORT="86" A=\'x y\'\nEXPOSE "$PORT"', 86],
  ["continued lines", "FROM a\nEXPOSE \\\n  83", 83],
  ["comments in continued lines", "FROM a\nENV A=1 \\\n# and\n  PORT=87\nEXPOSE $PORT", 87],
  ["another escape", "# syntax=x\n# escape=`\nFROM a\nEXPOSE `\n  88", 88],
  ["nothing of a here-document", "FROM a\nRUN <<EOF\nEXPOSE 1\nEOF\nEXPOSE 89", 89],
  ["Windows's line ends", "\uFEFFFROM a\r\nEXPOSE 90\r\n", 90],
  ["nothing of a comment", "FROM a\n# EXPOSE 84", undefined],
  ["an unknown value", "FROM a\nEXPOSE $UNKNOWN", undefined],
  ["what is no port", "FROM a\nEXPOSE 99999\nEXPOSE ${\nEXPOSE", undefined],
] as const)
  test(`the port that a Dockerfile exposes: ${what}`, () => assert.equal(readExposed(text), port));
