import type { Aws } from "./aws/aws.ts";
import type { Emit } from "./events.ts";

/** Everything an operation may reach besides its own options. Passed down; there are no globals. */
export interface Context {
  readonly aws: Aws;
  readonly emit: Emit;
  /** Aborts on Ctrl-C or SIGTERM: finish the call in flight, write the journal, stop. */
  readonly signal: AbortSignal;
  /** Journals, reports, the sandbox's record. Exists or is created by whoever writes. */
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}
