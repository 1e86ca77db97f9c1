import type { Aws } from "../aws/aws.ts";

/** One difference between what is wanted and what is there. */
export interface Change {
  /** `capacity.max`, `policies[AmazonEC2ContainerServiceforEC2Role]`. */
  path: string;
  /** Undefined when nothing was there. */
  from?: unknown;
  /** Undefined when it goes. */
  to?: unknown;
  /** AWS cannot change it in place: the resource is deleted and made again. */
  replace?: true;
}

/** A difference in tags only: made without touching the thing itself. */
export const isTagChange = (change: Change): boolean => /^tags[.[]/.test(change.path);

/** The tag that marks what ecsctl made: its value is the app's name. */
export const ownerTag = "ecsctl:app";

/** What stands in a spec for an id that AWS gives only when the resource is made. */
export const unknownValue = "(known after apply)";

/** What stands in a plan for an image that was never pushed. */
export const neverPushed = "(known after push)";

/** What every live thing tells about itself besides its own fields. */
export interface LiveParts {
  /** Undefined for what cannot carry tags: then it belongs to whoever owns what it hangs on. */
  tags?: Readonly<Record<string, string>> | undefined;
  /** Ids and addresses that other resources need: `{ arn, id }`. */
  outputs?: Readonly<Record<string, string>> | undefined;
}

/**
 * One kind of AWS thing. The spec holds names and wanted values; ids of other resources may be `unknownValue` while
 * planning, so `read` uses only what identifies this one. Every operation may be repeated: `create` after a lost
 * answer finds what it made, `delete` of what has gone succeeds.
 */
export interface Resource<Spec, Live extends LiveParts> {
  /** `log-group`. */
  readonly kind: string;
  read(aws: Aws, spec: Spec): Promise<Live | undefined>;
  /** Pure. Empty when the live thing is as wanted; for a missing one, what will be set. */
  diff(spec: Spec, live: Live | undefined): Change[];
  create(aws: Aws, spec: Spec): Promise<Live>;
  update(aws: Aws, spec: Spec, live: Live, changes: readonly Change[]): Promise<Live>;
  delete(aws: Aws, spec: Spec, live: Live): Promise<void>;
  /** Errors of AWS that pass by themselves within a minute or two (a role that is not visible everywhere yet). */
  passing?(error: Error): boolean;
}
