import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { completeLock, platformOf, type LockFile } from "../../scripts/complete-lock.ts";

test("the lock file names every platform's optional packages", () => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8")) as LockFile;
  assert.deepEqual(completeLock(lock), [], "run: npm run lock");
});

test("a platform is read from a package's name", () => {
  assert.deepEqual(platformOf("@x/binding-linux-arm64-musl"), { os: ["linux"], cpu: ["arm64"], libc: ["musl"] });
  assert.deepEqual(platformOf("@x/binding-linux-arm-gnueabihf"), { os: ["linux"], cpu: ["arm"], libc: ["glibc"] });
  assert.deepEqual(platformOf("@x/win32-x64"), { os: ["win32"], cpu: ["x64"] });
  assert.equal(platformOf("fsevents"), undefined);
});

test("what is missing is added once, with its parent's marks", () => {
  const lock: LockFile = {
    packages: {
      "node_modules/a": {
        version: "1.0.0",
        dev: true,
        optionalDependencies: { "@a/linux-x64-gnu": "1.0.0", fsevents: "^2" },
      },
    },
  };
  assert.deepEqual(completeLock(lock), ["@a/linux-x64-gnu@1.0.0"]);
  assert.deepEqual(lock.packages["node_modules/@a/linux-x64-gnu"], {
    version: "1.0.0",
    cpu: ["x64"],
    dev: true,
    libc: ["glibc"],
    optional: true,
    os: ["linux"],
  });
  assert.deepEqual(completeLock(lock), []);
});
