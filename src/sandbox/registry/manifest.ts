import { createHash } from "node:crypto";

export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: { os?: string; architecture?: string; variant?: string };
}

/** An image manifest, or an index of them, in Docker's or OCI's words. */
export interface Manifest {
  schemaVersion: number;
  mediaType?: string;
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: Descriptor[];
}

export const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

export const sha256 = (content: string | Buffer): string =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`;

/** Undefined when it is not JSON or not a manifest of version 2. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(text) as Manifest | null;
    const complete = Array.isArray(manifest?.manifests) || (manifest?.config && Array.isArray(manifest.layers));
    return manifest?.schemaVersion === 2 && complete ? manifest : undefined;
  } catch {
    return undefined;
  }
}
