/** A query that CloudWatch Logs Insights would refuse, with the place of the fault. */
export class QueryError extends Error {
  readonly start: number;
  readonly end: number;
  constructor(message: string, start: number, end = start + 1) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

export interface Token {
  kind: "name" | "text" | "number" | "regex" | "symbol" | "end";
  text: string;
  start: number;
  end: number;
}

/** What follows one of these is a value, so a slash after it divides; anywhere else it begins a regular expression. */
const valueEnds = (token: Token | undefined): boolean =>
  token !== undefined &&
  (["text", "number"].includes(token.kind) ||
    token.text === ")" ||
    (token.kind === "name" &&
      !/^(like|parse|and|or|not|by|in)$/i.test(token.text) &&
      !token.text.startsWith("@message")));

const patterns: readonly (readonly [Token["kind"], RegExp])[] = [
  ["number", /^\d+(\.\d+)?(?![\w.])/],
  ["text", /^"((?:[^"\\]|\\.)*)"|^'((?:[^'\\]|\\.)*)'/],
  ["name", /^`([^`]+)`/],
  ["name", /^[@\w][\w.@]*/],
  ["symbol", /^(!=|<=|>=|=~|[=<>|,()[\]*+\-%^/])/],
];

/** Cuts a query into its words. Throws `QueryError` for a character that has no place in one. */
export function readTokens(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const rest = query.slice(at);
    const blank = /^(\s+|#[^\n]*)/.exec(rest);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    const token = readRegex(rest, at, tokens.at(-1)) ?? readPlain(rest, at);
    if (!token) throw new QueryError(`unexpected symbol found ${rest[0]} at position ${at}`, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: "end", text: "", start: query.length, end: query.length });
  return tokens;
}

function readRegex(rest: string, start: number, before: Token | undefined): Token | undefined {
  const match = valueEnds(before) ? null : /^\/((?:[^/\\]|\\.)+)\//.exec(rest);
  return match ? { kind: "regex", text: match[1] ?? "", start, end: start + match[0].length } : undefined;
}

function readPlain(rest: string, start: number): Token | undefined {
  for (const [kind, pattern] of patterns) {
    const match = pattern.exec(rest);
    if (!match) continue;
    const quoted = match[1] ?? match[2];
    const text =
      kind === "text" ? (quoted ?? "").replaceAll(/\\(.)/g, "$1") : kind === "name" ? (quoted ?? match[0]) : match[0];
    return { kind, text, start, end: start + match[0].length };
  }
  return undefined;
}

/** Goes through the words of a query one by one. */
export class TokenReader {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(query: string) {
    this.tokens = readTokens(query);
  }

  get next(): Token {
    return this.tokens[this.at] ?? { kind: "end", text: "", start: 0, end: 0 };
  }

  /** The word after the next one. */
  get second(): Token {
    return this.tokens[this.at + 1] ?? this.next;
  }

  take(): Token {
    const token = this.next;
    this.at++;
    return token;
  }

  /** Takes the next word if it is one of these (case does not count), and says which. */
  accept(...words: string[]): string | undefined {
    const { kind, text } = this.next;
    const found = kind === "text" || kind === "regex" ? undefined : words.find((word) => word === text.toLowerCase());
    if (found !== undefined) this.at++;
    return found;
  }

  expect(word: string): void {
    if (this.accept(word) === undefined) throw this.unexpected(`expected ${word}`);
  }

  unexpected(why: string): QueryError {
    const { text, start, end, kind } = this.next;
    const found = kind === "end" ? "the query ends" : `unexpected symbol found ${text}`;
    return new QueryError(`${found} at position ${start}: ${why}`, start, Math.max(end, start + 1));
  }
}
