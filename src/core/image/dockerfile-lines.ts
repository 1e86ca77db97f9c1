import { configError, type EcsctlError } from "../errors.ts";

/** One instruction's text on one line, continuations joined, and the number of its first line. */
export interface LogicalLine {
  line: number;
  text: string;
}

/** A fault at one place of a Dockerfile: `Dockerfile:12: …` (exit 3). */
export function dockerfileError(
  file: string,
  line: number,
  message: string,
  more: { code?: string; why?: string; hint?: string } = {},
): EcsctlError {
  const { code = "DockerfileInvalid", why, hint } = more;
  return configError({ code, message: `${file}:${line}: ${message}`, why, hint });
}

/** Cuts a Dockerfile into instructions: parser directives, comments, continuation lines. Heredocs are refused. */
export function readLogicalLines(file: string, text: string): { escape: string; lines: LogicalLine[] } {
  const source = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const escape = readEscape(file, source);
  const continuation = new RegExp(`\\${escape}[ \\t]*$`);
  const lines: LogicalLine[] = [];
  let open: LogicalLine | undefined;
  for (const [index, raw] of source.entries()) {
    if (/^\s*#/.test(raw) || (open === undefined && raw.trim() === "")) continue;
    if (open !== undefined && raw.trim() === "") continue;
    const part = raw.replace(continuation, "");
    const current: LogicalLine = open ?? { line: index + 1, text: "" };
    current.text += open ? part : part.trimStart();
    open = part === raw ? undefined : current;
    if (open === undefined) lines.push(finish(file, current));
  }
  if (open) lines.push(finish(file, open));
  return { escape, lines };
}

function finish(file: string, { line, text }: LogicalLine): LogicalLine {
  if (/^(RUN|COPY|ADD)\b/i.test(text) && /<<-?["']?[A-Za-z_]/.test(text))
    throw dockerfileError(file, line, "here-documents (<<) need an engine's builder", {
      code: "DockerfileUnsupported",
      hint: "put the text into a file and COPY it, or: ecsctl push --engine docker",
    });
  return { line, text: text.trim() };
}

/** `# escape=` + a backtick, only before everything else; other directives (`syntax`, `check`) change nothing here. */
function readEscape(file: string, source: readonly string[]): string {
  for (const [index, raw] of source.entries()) {
    const directive = /^\s*#\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(raw);
    if (!directive) return "\\";
    const [, name = "", value = ""] = directive;
    if (name.toLowerCase() !== "escape") continue;
    if (value === "\\" || value === "`") return value;
    throw dockerfileError(file, index + 1, `found the escape character ${JSON.stringify(value)}, expected \\ or \``);
  }
  return "\\";
}
