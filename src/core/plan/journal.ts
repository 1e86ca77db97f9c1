import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export type JournalStatus = "started" | "done" | "failed";

export interface JournalRecord {
  version: 1;
  operation: "deploy" | "destroy" | "rollback";
  /** ISO, the server's time. */
  startedAt: string;
  steps: Record<string, { action: string; status: JournalStatus }>;
  /** Of a rollback: the task definitions, because the next run could not tell which way it was going. */
  between?: { from: string; to: string };
  /** Of the process that writes it. */
  pid?: number;
}

/** Where the journal of one app in one account and region lives. */
export function journalFile(stateDir: string, key: { app: string; region: string; account: string }): string {
  return join(stateDir, "journals", `${key.app}-${key.region}-${key.account}.json`);
}

/**
 * What was begun and what was finished, on disk before and after every step, so that a run after a kill can say what
 * it resumes. AWS stays the truth: the journal is never needed to go on.
 */
export class Journal {
  /** What an interrupted run left behind. */
  readonly previous: JournalRecord | undefined;
  private readonly file: string;
  private record: JournalRecord | undefined;

  constructor(file: string) {
    this.file = file;
    this.previous = readRecord(file);
  }

  /** Begins a run; `at` is the server's time in ms. Nothing is written before the first step. */
  begin(operation: JournalRecord["operation"], at: number, between?: JournalRecord["between"]): void {
    const startedAt = new Date(at).toISOString();
    this.record = { version: 1, operation, startedAt, pid: process.pid, steps: {}, ...(between ? { between } : {}) };
  }

  mark(id: string, action: string, status: JournalStatus): void {
    if (!this.record) throw new Error("The journal has not begun.");
    this.record.steps[id] = { action, status };
    mkdirSync(dirname(this.file), { recursive: true });
    const temporary = `${this.file}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(this.record, undefined, 2));
    renameSync(temporary, this.file);
  }

  /** The run came to its end: nothing to resume. */
  finish(): void {
    rmSync(this.file, { force: true });
  }
}

/** One sentence on what the run before left, for the start of the next; undefined when there is nothing to say. */
export function describeInterrupted(record: JournalRecord | undefined): string | undefined {
  if (!record) return undefined;
  const { operation, startedAt, pid } = record;
  if (isAlive(pid))
    return `Another ${operation} of this app, begun at ${startedAt}, is still at work (process ${pid}).`;
  const steps = Object.entries(record.steps);
  const done = steps.filter(([, step]) => step.status === "done").length;
  const those = (status: JournalStatus): string[] =>
    steps.filter(([, step]) => step.status === status).map(([id, step]) => `${step.action} ${id}`);
  const [failed, open] = [those("failed"), those("started")];
  const middle = open.length > 0 ? `; it was in the middle of: ${open.join(", ")}` : "";
  const end = failed.length > 0 ? `failed at: ${failed.join(", ")}` : "was interrupted";
  return `Resuming after the ${operation} of ${startedAt} ${end}; ${done} step${done === 1 ? " was" : "s were"} done${middle}.`;
}

/** Whether the run has failed by itself: then nobody need go where it was going. */
export const hasFailed = (record: JournalRecord): boolean =>
  Object.values(record.steps).some(({ status }) => status === "failed");

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    // It has ended, or the number is somebody else's by now.
    return false;
  }
}

function readRecord(file: string): JournalRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(file, "utf8")) as JournalRecord;
    return record.version === 1 ? record : undefined;
  } catch {
    // Missing, or cut off by a crash of the machine: AWS itself is the truth, so nothing is lost.
    return undefined;
  }
}
