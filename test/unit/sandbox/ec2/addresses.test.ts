import assert from "node:assert/strict";
import { test } from "node:test";
import { freeAddress, probeAddresses, takeAddress } from "../../../../src/sandbox/world/addresses.ts";
import { makeMachines } from "../../../support/machines.ts";

test("where a system has one loopback address, all instances share it", () => {
  const { world } = makeMachines();
  world.store.table<boolean>("world/loopback").set("own", false);
  assert.deepEqual([takeAddress(world, "i-1"), takeAddress(world, "i-2")], ["127.0.0.1", "127.0.0.1"]);
});

test("addresses go on into the next net when one is full", () => {
  const { world } = makeMachines();
  const taken = Array.from({ length: 251 }, (_, number) => takeAddress(world, `i-${number}`));
  assert.equal(taken[249], "127.0.1.250");
  assert.equal(taken[250], "127.0.2.1");
  freeAddress(world, "i-7");
  assert.equal(takeAddress(world, "i-new"), taken[7]);
});

test("the probe writes down what it found", async () => {
  const { world } = makeMachines();
  await probeAddresses(world);
  assert.equal(typeof world.store.table<boolean>("world/loopback").get("own"), "boolean");
});
