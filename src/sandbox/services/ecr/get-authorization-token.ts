import type * as ecr from "@aws-sdk/client-ecr";
import type { Handler } from "../../wire/api.ts";
import { makeToken } from "../../world/records/ecr.ts";

export const getAuthorizationToken: Handler<typeof ecr, "GetAuthorizationToken"> = (_input, call) => {
  const { token, expiresAt } = makeToken(call.region, call.accessKeyId ?? "sandbox");
  return {
    authorizationData: [
      {
        authorizationToken: Buffer.from(`AWS:${token}`).toString("base64"),
        expiresAt,
        proxyEndpoint: `http://${call.region.world.endpoint()}`,
      },
    ],
  };
};
