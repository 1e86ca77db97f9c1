import assert from "node:assert/strict";
import { test } from "node:test";
import { openWorkshopView } from "../../../src/core/output/workshop-view.ts";
import { fakeScreen, makeSnapshot } from "../../support/snapshots.ts";

for (const screen of [{ json: true }, { json: true, interactive: true }, { json: false }])
  test(`the live service of a workshop leaves stdout to its one document (${JSON.stringify(screen)})`, () => {
    const given = fakeScreen(screen);
    const view = openWorkshopView(given);
    view.onEvent({ type: "data", kind: "snapshot", data: makeSnapshot() });
    view.close();
    assert.deepEqual(given.stdout, []);
    assert.match(given.stderr.join("\n"), /running/);
  });
