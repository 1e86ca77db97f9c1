import type * as sts from "@aws-sdk/client-sts";
import type { Handler } from "../../wire/api.ts";
import { accountId } from "../../world/world.ts";

/** Everybody is a user of the one account, named after the access key. */
export const getCallerIdentity: Handler<typeof sts, "GetCallerIdentity"> = (_input, call) => ({
  UserId: "AIDAEXAMPLESANDBOXUSR",
  Account: accountId,
  Arn: `arn:aws:iam::${accountId}:user/${call.accessKeyId ?? "sandbox"}`,
});
