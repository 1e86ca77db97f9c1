import type * as ecs from "@aws-sdk/client-ecs";
import type { Handler } from "../../wire/api.ts";
import { invalidParameter } from "./errors.ts";
import { findCluster, findService } from "./find.ts";
import { describeService } from "./service-response.ts";

/** The service is DRAINING until its tasks have stopped, then INACTIVE. */
export const deleteService: Handler<typeof ecs, "DeleteService"> = (input, { region }) => {
  const service = findService(region, findCluster(region, input.cluster), input.service);
  if (service.status === "INACTIVE") return { service: describeService(region, service, true) };
  if (service.desiredCount > 0 && !input.force)
    throw invalidParameter("The service cannot be stopped while it is scaled above 0.");
  service.status = "DRAINING";
  service.desiredCount = 0;
  return { service: describeService(region, service, true) };
};
