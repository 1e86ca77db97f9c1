/** Whether a log message matches a CloudWatch Logs filter pattern. */
export type LogFilter = (message: string) => boolean;

/** A filter pattern that cannot be understood; worded for the caller. */
export class FilterError extends Error {}

/**
 * Compiles a filter pattern: terms (all needed), `?term` (any of them), `-term` (none), `"quoted"`, `%regex%`, and JSON
 * selectors such as `{ $.status >= 500 && $.path = "/x*" }`. Throws `FilterError` for space-delimited `[a, b]` patterns
 * and for what it cannot parse. Source: FilterAndPatternSyntax.
 */
export function compileFilter(pattern: string): LogFilter {
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("{")) return compileJson(text);
  if (text.startsWith("["))
    throw new FilterError("Invalid filter pattern: space-delimited patterns are not supported.");
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
  try {
    const regex = new RegExp(source);
    return (message) => regex.test(message);
  } catch {
    throw new FilterError(`Invalid filter pattern: bad regular expression '${source}'`);
  }
}

/** `||` of `&&` of comparisons; parentheses around the whole only. */
function compileJson(text: string): LogFilter {
  if (!text.endsWith("}")) throw new FilterError("Invalid filter pattern: missing '}'.");
  const alternatives = text
    .slice(1, -1)
    .split("||")
    .map((part) => part.split("&&").map((comparison) => compileComparison(comparison.trim())));
  return (message) => {
    const value = parseObject(message);
    return value !== undefined && alternatives.some((all) => all.every((test) => test(value)));
  };
}

function parseObject(message: string): unknown {
  try {
    return message.trimStart().startsWith("{") ? JSON.parse(message) : undefined;
  } catch {
    return undefined;
  }
}

function compileComparison(text: string): (value: unknown) => boolean {
  const match = /^\(?\s*\$((?:\.[\w-]+|\[\d+\])+)\s*(=|!=|<=|>=|<|>)\s*(?:"([^"]*)"|([^\s")]+))\s*\)?$/.exec(text);
  if (!match) throw new FilterError(`Invalid filter pattern: cannot read '${text}'.`);
  const [, path = "", operator = "=", quoted, bare] = match;
  const keys = [...path.matchAll(/[\w-]+/g)].map(([key]) => key);
  const expected = quoted ?? bare ?? "";
  return (value) => compare(pick(value, keys), operator, expected);
}

const pick = (value: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined), value);

function compare(found: unknown, operator: string, expected: string): boolean {
  if (operator === "=" || operator === "!=") {
    const same = typeof found === "string" ? matchesWildcard(found, expected) : String(found) === expected;
    return found !== undefined && same === (operator === "=");
  }
  if (typeof found !== "number") return false;
  const limit = Number(expected);
  if (operator === "<") return found < limit;
  if (operator === "<=") return found <= limit;
  return operator === ">" ? found > limit : found >= limit;
}

function matchesWildcard(text: string, pattern: string): boolean {
  const source = pattern
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join(".*");
  return new RegExp(`^${source}$`, "s").test(text);
}
