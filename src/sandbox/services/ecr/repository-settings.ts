import type * as ecr from "@aws-sdk/client-ecr";
import type { Handler } from "../../wire/api.ts";
import { accountId } from "../../world/world.ts";
import { requireRepository } from "./failures.ts";

export const putImageTagMutability: Handler<typeof ecr, "PutImageTagMutability"> = (input, call) => {
  const record = requireRepository(call, input.repositoryName);
  record.immutableTags = input.imageTagMutability?.startsWith("IMMUTABLE") ?? false;
  return {
    registryId: accountId,
    repositoryName: record.name,
    imageTagMutability: record.immutableTags ? "IMMUTABLE" : "MUTABLE",
  };
};

export const putImageScanningConfiguration: Handler<typeof ecr, "PutImageScanningConfiguration"> = (input, call) => {
  const record = requireRepository(call, input.repositoryName);
  record.scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
  return {
    registryId: accountId,
    repositoryName: record.name,
    imageScanningConfiguration: { scanOnPush: record.scanOnPush },
  };
};
