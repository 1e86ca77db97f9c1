/** What an operation tells while it works. Renderers in `output` subscribe; nothing else prints. */
export type Event =
  | StepEvent
  | { type: "note"; message: string }
  | { type: "warning"; message: string; hint?: string | undefined }
  /** Something is being waited for; repeated with the newest state, so a renderer may redraw one line. */
  | WaitingEvent
  /** Bytes or items of one long thing: layers pushed, for example. */
  | { type: "progress"; id: string; message: string; done: number; total: number }
  /** A piece of data for a live view (`watch`, `loadtest`): the kind says which renderer understands it. */
  | { type: "data"; kind: string; data: unknown };

export interface StepEvent {
  type: "step";
  /** The step's id in the plan, `ecs-cluster/flash-sale-cluster`. */
  id: string;
  /** What a person reads: `cluster flash-sale-cluster`. */
  title: string;
  action: "create" | "update" | "replace" | "delete" | "keep" | "adopt" | "wait" | "do";
  status: "started" | "done" | "skipped" | "failed";
  detail?: string | undefined;
  seconds?: number | undefined;
}

export interface WaitingEvent {
  type: "waiting";
  id: string;
  message: string;
  elapsedSeconds: number;
  /** Why it does not go on, when that is known: a headline, then perhaps the last log lines and what to do. */
  reason?: string | undefined;
}

export type Emit = (event: Event) => void;
