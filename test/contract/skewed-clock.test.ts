import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

let sandbox: TestSandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

test("what is not there is asked for once, however far the clocks are apart", async () => {
  await sandbox.advance(3600);
  const aws = sandbox.aws();
  const attempts = async (call: Promise<unknown>): Promise<number> => {
    const error = (await call.catch((thrown: unknown) => thrown)) as { $metadata?: { attempts?: number } };
    return error.$metadata?.attempts ?? 0;
  };
  assert.equal(await attempts(aws.call("iam", "GetRole", { RoleName: "nobody" })), 1);
  sandbox.faults.add({ kind: "fail" });
  assert.equal(await attempts(aws.call("sts", "GetCallerIdentity", {})), 8, "what may pass is tried again");
});
