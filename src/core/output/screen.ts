import { styleText } from "node:util";
import type { Event } from "../events.ts";

/** Where output goes and what it may look like there. The only two ways to print. */
export interface Screen {
  /** One JSON document on stdout instead of text. */
  readonly json: boolean;
  /** Spinners and redraws are welcome on stderr: a terminal, and not `CI`. */
  readonly interactive: boolean;
  /** Width of the terminal in columns. */
  readonly columns: number;
  /** Writes text and a line end to stdout: the answer. */
  out(text: string): void;
  /** Writes text and a line end to stderr: everything else. */
  err(text: string): void;
  /** Colours text for stderr; plain where colour is unwelcome. */
  style(format: Format, text: string): string;
}

/** A style name of `util.styleText`, or several. */
export type Format = Parameters<typeof styleText>[0];

/** Something that hears events: a progress renderer, a live table. */
export interface Listener {
  onEvent(event: Event): void;
  /** Called once, before the answer or the error is printed: clear what was drawn. */
  close(): void;
}

export interface ScreenOptions {
  json: boolean;
  env: Readonly<Record<string, string | undefined>>;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** Opens the screen of this process. `NO_COLOR` and `FORCE_COLOR` are honoured by `styleText` itself. */
export function openScreen({ json, env, stdout, stderr }: ScreenOptions): Screen {
  return {
    json,
    // A terminal that says it has no columns cannot be redrawn: ora would count its lines for ever.
    interactive: stderr.isTTY && stderr.columns > 0 && !isSet(env["CI"]) && env["TERM"] !== "dumb",
    columns: stderr.columns || 80,
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    style: (format, text) => styleText(format, text, { stream: stderr }),
  };
}

/** True for an environment variable that says yes: set, and neither empty, `0` nor `false`. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false", "no"].includes(value.toLowerCase());
}
