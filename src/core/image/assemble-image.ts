import { createReadStream } from "node:fs";
import { type ImageConfig, type ImageManifest, mediaTypes, sha256, toOciLayer } from "./oci.ts";
import type { BaseImage, StageState } from "./stage-state.ts";

/** An image that was built here, ready to be pushed. */
export interface BuiltImage {
  digest: string;
  manifest: string;
  config: string;
  /** Where each layer of the manifest comes from: a file, or the base image. */
  layers: { digest: string; size: number; open: () => Promise<NodeJS.ReadableStream> }[];
}

/** Puts layers, configuration and manifest together. */
export function assembleImage(state: StageState, modified: number): BuiltImage {
  const { base, layers } = state;
  const config: ImageConfig = {
    ...state.image,
    created: new Date(modified * 1000).toISOString(),
    config: state.config,
    rootfs: {
      type: "layers",
      diff_ids: [...(base?.config.rootfs.diff_ids ?? []), ...layers.map(({ diffId }) => diffId)],
    },
    history: state.history,
  };
  const text = JSON.stringify(config);
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, digest: sha256(text), size: Buffer.byteLength(text) },
    layers: [
      ...(base?.layers ?? []).map(({ mediaType, digest, size }) => ({
        mediaType: toOciLayer(mediaType),
        digest,
        size,
      })),
      ...layers.map(({ digest, size }) => ({ mediaType: mediaTypes.layer, digest, size })),
    ],
  };
  const manifestText = JSON.stringify(manifest);
  return { digest: sha256(manifestText), manifest: manifestText, config: text, layers: layerSources(state) };
}

function layerSources({ base, layers }: StageState): BuiltImage["layers"] {
  return [
    ...baseSources(base),
    ...layers.map(({ digest, size, file }) => ({ digest, size, open: async () => createReadStream(file) })),
  ];
}

function baseSources(base: BaseImage | undefined): BuiltImage["layers"] {
  if (!base) return [];
  return base.layers.map((layer) => ({ digest: layer.digest, size: layer.size, open: () => base.open(layer) }));
}
