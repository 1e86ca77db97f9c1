import type { LiveParts } from "../plan/resource.ts";
import type { RecordedCalls } from "./recorded-calls.ts";

/** One thing of the graph, as an exporter sees it. */
export interface Source {
  /** `log-group//ecs/web`. */
  id: string;
  kind: string;
  name: string;
  title: string;
  needs: readonly string[];
  calls: RecordedCalls;
  /** What AWS has; undefined when it was never made. */
  live: LiveParts | undefined;
  /** It exists and was not made by this app: it is referred to, not described. */
  adopted: boolean;
}

/** What an export is about. */
export interface ExportSubject {
  app: string;
  region: string;
  sources: readonly Source[];
}

export interface ExportedFile {
  name: string;
  content: string;
}

/** What an export is made of. */
export interface Exported {
  files: ExportedFile[];
  /** Ids of what the files describe. */
  resources: string[];
  /** Ids of what exists and can be taken over. */
  imports: string[];
  /** What stands in the files as given, because somebody else made it. */
  adopted: string[];
  /** What the format cannot say or take over, and why. */
  remarks: string[];
}

/** An output of something that exists; undefined when AWS has not told it. */
export const outputOf = (source: Source | undefined, output: string): string | undefined =>
  source?.live?.outputs?.[output] || undefined;
