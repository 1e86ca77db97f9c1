import assert from "node:assert/strict";
import { test } from "node:test";
import { isPrivate, refuseStrangers } from "../../../src/core/operations/load-guard.ts";
import { makeSnapshot } from "../../support/snapshots.ts";

test("addresses of one's own networks are private", () => {
  for (const address of ["127.0.0.1", "127.0.1.2", "10.1.2.3", "172.31.0.1", "192.168.1.1", "::1", "fd00::1"])
    assert.ok(isPrivate(address), address);
  for (const address of ["8.8.8.8", "172.32.0.1", "54.1.2.3", "2600::1", "::ffff:8.8.8.8"])
    assert.ok(!isPrivate(address), address);
});

const at = (url: string) => [{ task: url, url }];

test("a public address needs a word, unless it is the service's", async () => {
  await assert.rejects(refuseStrangers(at("http://203.0.113.9/"), undefined), {
    code: "NotYourTarget",
    exitCode: 2,
    hint: /--yes-i-own-it/,
  });
  await assert.rejects(refuseStrangers(at("http://[2600::1]:80/"), undefined), { code: "NotYourTarget" });
  await refuseStrangers([...at("http://127.0.0.1:80/"), ...at("http://[::1]/"), ...at("http://localhost/")], undefined);
  const snapshot = makeSnapshot((one) => {
    for (const task of one.tasks) task.url = "http://203.0.113.9:32768/";
  });
  await refuseStrangers(at("http://203.0.113.9:8080/"), snapshot);
  await refuseStrangers(at("http://no-such-name.invalid/"), undefined);
  const balancer = { name: "web", url: "http://203.0.113.20/", dnsName: "203.0.113.20", port: 80, state: "active" };
  const balanced = makeSnapshot((one) => (one.balancer = { ...balancer, healthy: 1, targets: 1 }));
  await refuseStrangers(at("http://203.0.113.20/page"), balanced);
  await refuseStrangers([{ task: "load-balancer/other", url: "http://203.0.113.21/" }], undefined);
});
