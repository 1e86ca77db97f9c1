import { compileConditions, FilterError, openRegex } from "./log-conditions.ts";

/** Whether a log message matches a CloudWatch Logs filter pattern. */
export type LogFilter = (message: string) => boolean;

/**
 * Compiles a filter pattern: terms (all needed), `?term` (any of them), `-term` (none), `"quoted"`, `%regex%`, JSON
 * selectors such as `{ $.status >= 500 && $.path = "/x*" }`, and the fields of lines such as `[ip, ..., status = 5*, bytes]`.
 * Throws `FilterError` for what it cannot parse. Source: FilterAndPatternSyntax.
 */
export function compileFilter(pattern: string): LogFilter {
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("{")) return compileJson(text);
  if (text.startsWith("[")) return compileFields(text);
  return compileTerms(text);
}

function compileTerms(text: string): LogFilter {
  const needed: LogFilter[] = [];
  const optional: LogFilter[] = [];
  for (const [, prefix, quoted, regex, word] of text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|(\S+))/g)) {
    const matches = regex ? matchRegex(regex) : matchText(quoted?.replaceAll(/\\(.)/g, "$1") ?? word ?? "");
    if (prefix === "?") optional.push(matches);
    else needed.push(prefix === "-" ? (message) => !matches(message) : matches);
  }
  return (message) =>
    needed.every((matches) => matches(message)) &&
    (optional.length === 0 || optional.some((matches) => matches(message)));
}

const matchText =
  (term: string): LogFilter =>
  (message) =>
    message.includes(term);

function matchRegex(source: string): LogFilter {
  const regex = openRegex(source);
  return (message) => regex.test(message);
}

function compileJson(text: string): LogFilter {
  if (!text.endsWith("}")) throw new FilterError("Invalid filter pattern: missing '}'.");
  const condition = compileConditions(text.slice(1, -1), readSelector);
  return (message) => {
    const value = parseObject(message);
    return value !== undefined && condition(value);
  };
}

function parseObject(message: string): unknown {
  try {
    return message.trimStart().startsWith("{") ? JSON.parse(message) : undefined;
  } catch {
    return undefined;
  }
}

/** `$.a.b[0]["c d"]`. */
function readSelector(selector: string): (value: unknown) => unknown {
  if (!/^\$(?:\.[\w-]+|\[\d+\]|\.?\["[^"]*"\])+$/.test(selector))
    throw new FilterError(`Invalid filter pattern: cannot read '${selector}'.`);
  const keys = [...selector.matchAll(/"([^"]*)"|([\w-]+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
  return (value) =>
    keys.reduce<unknown>(
      (at, key) => (typeof at === "object" && at !== null ? (Reflect.get(at, key) as unknown) : undefined),
      value,
    );
}

const ellipsis = "...";

/** `[a, b = x*, ..., z > 5]`: a line's words by their place; what is in brackets or quotation marks is one word. */
function compileFields(text: string): LogFilter {
  if (!text.endsWith("]")) throw new FilterError("Invalid filter pattern: missing ']'.");
  const fields = text
    .slice(1, -1)
    .split(",")
    .map((field) => field.trim());
  const gap = fields.indexOf(ellipsis);
  if (fields.includes("") || gap !== fields.lastIndexOf(ellipsis))
    throw new FilterError(`Invalid filter pattern: cannot read '${text}'.`);
  const tests = fields.map((field) => (field === ellipsis ? () => true : compileField(field)));
  return (message) => {
    const words = [...message.matchAll(/\[([^\]]*)\]|"([^"]*)"|(\S+)/g)].map(
      (match) => match[1] ?? match[2] ?? match[3],
    );
    if (gap === -1 ? words.length !== fields.length : words.length < fields.length - 1) return false;
    const missing = words.length - fields.length;
    return tests.every(
      (test, index) => index === gap || test(words[gap === -1 || index < gap ? index : index + missing]),
    );
  };
}

/** A bare name stands for any word. */
function compileField(field: string): (word: string | undefined) => boolean {
  if (/^[\w-]+$/.test(field)) return () => true;
  return compileConditions(field, () => (word: string | undefined) => {
    const number = Number(word);
    return String(number) === word ? number : word;
  });
}
