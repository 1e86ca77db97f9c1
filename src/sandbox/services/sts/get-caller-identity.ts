import type * as sts from "@aws-sdk/client-sts";
import type { Handler } from "../../wire/api.ts";
import { findTaskCaller } from "../../world/task-keys.ts";
import { accountId } from "../../world/world.ts";

/** Everybody is a user of the one account, named after the access key; but a task is a session of its role. */
export const getCallerIdentity: Handler<typeof sts, "GetCallerIdentity"> = (_input, { region, accessKeyId }) => {
  const task = findTaskCaller(region.world, accessKeyId);
  if (task) return { UserId: `AROAEXAMPLE:${task.arn.split("/").at(-1)}`, Account: accountId, Arn: task.arn };
  return {
    UserId: "AIDAEXAMPLESANDBOXUSR",
    Account: accountId,
    Arn: `arn:aws:iam::${accountId}:user/${accessKeyId ?? "sandbox"}`,
  };
};
