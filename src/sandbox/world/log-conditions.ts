/** A filter pattern that cannot be understood; worded for the caller. */
export class FilterError extends Error {}

/** Whether what a pattern looks at meets it. */
export type Condition<T> = (subject: T) => boolean;

const tokenPattern =
  /\s*(?:(\(|\)|&&|\|\||!=|<=|>=|=|<|>)|("(?:[^"\\]|\\.)*"|%(?:[^%])+%)|((?:\["[^"]*"\]|[^\s()&|!=<>"])+))/y;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const length = text.trimEnd().length;
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match) throw new FilterError(`Invalid filter pattern: cannot read '${text.slice(at).trim()}'.`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return tokens;
}

/**
 * Reads conditions such as `($.status >= 500 || $.x IS NULL) && $.path = "/x*"`: `&&` binds before `||`. `find` gives what
 * a name in the pattern stands for. Throws `FilterError`. Source: FilterAndPatternSyntax, "Filter pattern syntax for
 * metric filters": JSON and space-delimited patterns share it.
 */
export function compileConditions<T>(text: string, find: (name: string) => (subject: T) => unknown): Condition<T> {
  const tokens = tokenize(text);
  let position = 0;
  const fail = (): never => {
    throw new FilterError(`Invalid filter pattern: cannot read '${text.trim()}'.`);
  };
  const next = (): string => tokens[position++] ?? fail();
  const accept = (...words: string[]): boolean => {
    const found = words.every((word, index) => tokens[position + index]?.toUpperCase() === word);
    if (found) position += words.length;
    return found;
  };
  const either = (): Condition<T> => {
    const parts = [both()];
    while (accept("||")) parts.push(both());
    return (subject) => parts.some((part) => part(subject));
  };
  const both = (): Condition<T> => {
    const parts = [single()];
    while (accept("&&")) parts.push(single());
    return (subject) => parts.every((part) => part(subject));
  };
  const single = (): Condition<T> => {
    if (accept("(")) {
      const inner = either();
      return accept(")") ? inner : fail();
    }
    const value = find(next());
    if (accept("IS", "NULL")) return (subject) => value(subject) === null;
    if (accept("IS", "TRUE")) return (subject) => value(subject) === true;
    if (accept("IS", "FALSE")) return (subject) => value(subject) === false;
    if (accept("NOT", "EXISTS")) return (subject) => value(subject) === undefined;
    const test = compileComparison(next(), next()) ?? fail();
    return (subject) => test(value(subject));
  };
  const whole = either();
  return position === tokens.length ? whole : fail();
}

/** Undefined when it is none. */
function compileComparison(operator: string, token: string): ((found: unknown) => boolean) | undefined {
  if (operator === "=" || operator === "!=") {
    const same = matchValue(token);
    return (found) => found !== undefined && same(found) === (operator === "=");
  }
  const limit = Number(token);
  if (!/^[<>]=?$/.test(operator) || Number.isNaN(limit)) return undefined;
  const compares: Readonly<Record<string, (value: number) => boolean>> = {
    "<": (value) => value < limit,
    "<=": (value) => value <= limit,
    ">": (value) => value > limit,
    ">=": (value) => value >= limit,
  };
  return (found) => typeof found === "number" && (compares[operator]?.(found) ?? false);
}

/** A text with `*` for anything, a regular expression between percent signs, or a number. */
function matchValue(token: string): (found: unknown) => boolean {
  if (token.startsWith("%")) {
    const regex = openRegex(token.slice(1, -1));
    return (found) => regex.test(textOf(found));
  }
  const text = token.startsWith('"') ? token.slice(1, -1).replaceAll(/\\(.)/g, "$1") : token;
  const asNumber = token === text && text !== "" ? Number(text) : Number.NaN;
  const source = text
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join(".*");
  const wildcard = new RegExp(`^${source}$`, "s");
  return (found) => (typeof found === "number" && found === asNumber) || wildcard.test(textOf(found));
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

/** A regular expression of a pattern. Throws `FilterError`. */
export function openRegex(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw new FilterError(`Invalid filter pattern: bad regular expression '${source}'`);
  }
}
