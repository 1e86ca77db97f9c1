import * as sts from "@aws-sdk/client-sts";
import type { ServiceModule } from "../../wire/api.ts";
import { getCallerIdentity } from "./get-caller-identity.ts";

export const service: ServiceModule<typeof sts> = {
  module: sts,
  Client: sts.STSClient,
  handlers: { GetCallerIdentity: getCallerIdentity },
};
