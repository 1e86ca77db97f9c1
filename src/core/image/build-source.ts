import type { Platform } from "./oci.ts";

/** What is to be built, whoever builds it. */
export interface BuildSource {
  /** Absolute folder that the Dockerfile sees. */
  context: string;
  /** Absolute path of the Dockerfile. */
  dockerfile: string;
  /** The Dockerfile as messages name it. */
  label: string;
  platform: Platform;
  buildArgs: Readonly<Record<string, string>>;
  noCache: boolean;
  /** Leave the base's layers out without asking for them; only for a registry on this computer. */
  omitBase: boolean;
}
