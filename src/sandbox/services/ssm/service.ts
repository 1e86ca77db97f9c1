import * as ssm from "@aws-sdk/client-ssm";
import type { ServiceModule } from "../../wire/api.ts";
import { getParameter, getParameters } from "./get-parameter.ts";
import { getParametersByPath } from "./get-parameters-by-path.ts";

export const service: ServiceModule<typeof ssm> = {
  module: ssm,
  Client: ssm.SSMClient,
  handlers: { GetParameter: getParameter, GetParameters: getParameters, GetParametersByPath: getParametersByPath },
};
