import type { RecordedCalls } from "../recorded-calls.ts";
import type { Source } from "../source.ts";
import type { Body, Hcl } from "./hcl.ts";

/** One resource of Terraform's AWS provider. */
export interface TerraformResource {
  /** `aws_ecs_cluster`. */
  type: string;
  /** Set apart from the first resource of the same thing: `read_only_access`. */
  suffix?: string;
  body: Body;
  /** By what `import` finds it; undefined: it cannot be taken over. */
  importId?: string | undefined;
}

/** How one kind of thing is written for Terraform's AWS provider 6. */
export interface TerraformKind {
  /** The thing itself first, then what hangs on it. */
  resources(calls: RecordedCalls, source: Source): [TerraformResource, ...TerraformResource[]];
  /** What the deploy says and Terraform cannot. */
  remarks?(calls: RecordedCalls): string[];
  /** Attributes of the first resource that others refer to, by output. */
  outputs: Readonly<Record<string, string>>;
  /** Where one that somebody else made is looked up; absent: its outputs stand in the text as they are. */
  data?: (source: Source) => { type: string; body: Body };
}

interface AnyTag {
  Key?: string | undefined;
  Value?: string | undefined;
  key?: string | undefined;
  value?: string | undefined;
}

/** Tags as Terraform has them. */
export function tagMap(tags: readonly AnyTag[] | undefined): Hcl {
  const entries = (tags ?? []).map((tag) => [tag.Key ?? tag.key ?? "", tag.Value ?? tag.value ?? ""] as const);
  return { map: Object.fromEntries(entries) };
}

/** An id that AWS gave; undefined when the thing was never made. */
export const liveOutput = ({ live }: Source, output: string): string | undefined =>
  live?.outputs?.[output] || undefined;

/** An id that follows from the name, when the thing exists. */
export const ifLive = ({ live }: Source, id: string | undefined): string | undefined => (live ? id : undefined);
