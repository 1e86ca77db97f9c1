import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadCommands } from "../../../src/core/cli/command-source.ts";

const root = join(import.meta.dirname, "../../..");

test("every flag says what it is and what it takes: <value> tells nobody anything", async () => {
  const { commands } = await loadCommands({ root });
  const files = readdirSync(join(root, "src/commands"), { recursive: true }).map(String);
  assert.equal(commands.length, files.filter((name) => name.endsWith(".ts")).length);
  const mute = commands.flatMap(({ id, flags }) =>
    Object.entries(flags)
      .filter(([, flag]) => !flag.description || (flag.type === "option" && !flag.options && !flag.helpValue))
      .map(([name]) => `${id} --${name}`),
  );
  assert.deepEqual(mute, []);
});
