import * as tagging from "@aws-sdk/client-resource-groups-tagging-api";
import type { ServiceModule } from "../../wire/api.ts";
import { getResources } from "./get-resources.ts";

export const service: ServiceModule<typeof tagging> = {
  module: tagging,
  Client: tagging.ResourceGroupsTaggingAPIClient,
  handlers: { GetResources: getResources },
};
