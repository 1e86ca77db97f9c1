/** Looks a variable up; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** What is wrong with a `${…}` or a quote; the caller adds file and line. */
export class WordError extends Error {}

/**
 * Expands `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:+other}`, `${NAME+other}` and
 * `${NAME:?message}` as the Dockerfile reference says, and takes quotes away. Nothing is expanded in single quotes.
 */
export function expandWord(text: string, lookup: Lookup, escape = "\\"): string {
  let out = "";
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === escape && quote !== "'" && at + 1 < text.length) {
      const next = text[++at] ?? "";
      out += quote === '"' && !`"$${escape}`.includes(next) ? escape + next : next;
    } else if ((char === '"' || char === "'") && (quote === "" || quote === char)) {
      quote = quote === "" ? char : "";
    } else if (char === "$" && quote !== "'") {
      const found = readVariable(text, at, lookup, escape);
      out += found.value;
      at = found.end - 1;
    } else out += char;
  }
  if (quote !== "") throw new WordError(`a ${quote} is not closed`);
  return out;
}

/** The variable that begins at the `$` at `at`, and where it ends. */
function readVariable(text: string, at: number, lookup: Lookup, escape: string): { value: string; end: number } {
  if (text[at + 1] !== "{") {
    const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(at + 1))?.[0];
    return name ? { value: lookup(name) ?? "", end: at + 1 + name.length } : { value: "$", end: at + 1 };
  }
  const end = closingBrace(text, at + 2);
  const inside = text.slice(at + 2, end);
  const parts = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])(.*))?$/s.exec(inside);
  if (!parts) throw new WordError(`found \${${inside}}, expected \${NAME}, \${NAME:-default} or \${NAME:+other}`);
  const [, name = "", operator = "", word = ""] = parts;
  const raw = lookup(name);
  const set = operator.startsWith(":") ? raw !== undefined && raw !== "" : raw !== undefined;
  return { value: applyOperator({ operator, set, raw, name, word }, lookup, escape), end: end + 1 };
}

interface Substitution {
  operator: string;
  set: boolean;
  raw: string | undefined;
  name: string;
  word: string;
}

function applyOperator({ operator, set, raw, name, word }: Substitution, lookup: Lookup, escape: string): string {
  const kind = operator.at(-1);
  if (kind === "-") return set ? (raw ?? "") : expandWord(word, lookup, escape);
  if (kind === "+") return set ? expandWord(word, lookup, escape) : "";
  if (kind === "?" && !set) throw new WordError(`${name}: ${expandWord(word, lookup, escape) || "is not set"}`);
  return raw ?? "";
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "{" && text[at - 1] === "$") depth++;
    if (text[at] === "}" && --depth === 0) return at;
  }
  throw new WordError(`a \${ is not closed`);
}

/** Cuts at white space outside of quotes; quotes and escapes stay, for `expandWord`. */
export function splitWords(text: string, escape = "\\"): string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (quote === "" && /\s/.test(char)) {
      if (word !== "") words.push(word);
      word = "";
      continue;
    }
    word += char;
    if (char === escape && quote !== "'" && at + 1 < text.length) word += text[++at] ?? "";
    else if (char === quote) quote = "";
    else if (quote === "" && (char === '"' || char === "'")) quote = char;
  }
  if (word !== "") words.push(word);
  return words;
}
