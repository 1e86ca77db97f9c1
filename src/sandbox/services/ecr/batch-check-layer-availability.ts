import type * as ecr from "@aws-sdk/client-ecr";
import type { Handler } from "../../wire/api.ts";
import { blobs } from "../../world/records/ecr.ts";
import { requireRepository } from "./failures.ts";

export const batchCheckLayerAvailability: Handler<typeof ecr, "BatchCheckLayerAvailability"> = (input, call) => {
  const { name } = requireRepository(call, input.repositoryName);
  return {
    layers: (input.layerDigests ?? []).map((layerDigest) => {
      const blob = blobs(call.region).get(`${name}@${layerDigest}`);
      return blob
        ? { layerDigest, layerAvailability: "AVAILABLE" as const, layerSize: blob.sizeBytes }
        : { layerDigest, layerAvailability: "UNAVAILABLE" as const };
    }),
    failures: [],
  };
};
