/** A fault in an expression, worded as CloudWatch words it after "Error in expression 'ID': ". */
export class MathError extends Error {}

export type MathNode =
  | { kind: "number"; value: number }
  | { kind: "text"; value: string }
  | { kind: "id"; id: string }
  | { kind: "list"; items: MathNode[] }
  | { kind: "call"; name: string; args: MathNode[] }
  | { kind: "binary"; operator: string; left: MathNode; right: MathNode }
  | { kind: "negate"; of: MathNode };

const tokenPattern =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+)|([A-Za-z][A-Za-z0-9_]*)|("[^"]*"|'[^']*')|(<=|>=|==|!=|&&|\|\||[-+*/^()[\],<>]))/y;
/** Loosest first; AND and OR may be written as words. */
const levels: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["<", ">", "<=", ">=", "==", "!="],
  ["+", "-"],
  ["*", "/"],
  ["^"],
];
const words: Record<string, string> = { AND: "&&", OR: "||" };
/** Second arguments of FILL, DIFF_TIME and SORT that are no ids. */
const keywords = new Set(["REPEAT", "LINEAR", "ASC", "DESC"]);

const syntaxError = (): MathError => new MathError("Invalid syntax");

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const length = text.trimEnd().length;
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < length) {
    const match = tokenPattern.exec(text);
    if (!match) throw syntaxError();
    const token = match[1] ?? match[2] ?? match[3] ?? match[4] ?? "";
    tokens.push(words[token.toUpperCase()] ?? token);
  }
  return tokens;
}

class Parser {
  private readonly tokens: string[];
  private position = 0;

  constructor(text: string) {
    this.tokens = tokenize(text);
  }

  parse(): MathNode {
    const node = this.level(0);
    if (this.position < this.tokens.length) throw syntaxError();
    return node;
  }

  private level(depth: number): MathNode {
    const operators = levels[depth];
    if (!operators) return this.unary();
    let left = this.level(depth + 1);
    for (let token = this.peek(); token && operators.includes(token); token = this.peek()) {
      this.position++;
      left = { kind: "binary", operator: token, left, right: this.level(depth + 1) };
    }
    return left;
  }

  private unary(): MathNode {
    if (this.peek() !== "-") return this.primary();
    this.position++;
    return { kind: "negate", of: this.unary() };
  }

  private primary(): MathNode {
    const token = this.tokens[this.position++];
    if (token === undefined) throw syntaxError();
    if (token === "(") return this.closed(this.level(0), ")");
    if (token === "[") return { kind: "list", items: this.list("]") };
    if (/^[\d.]/.test(token)) return { kind: "number", value: Number(token) };
    if (/^["']/.test(token)) return { kind: "text", value: token.slice(1, -1) };
    if (!/^[A-Za-z]/.test(token)) throw syntaxError();
    if (this.peek() !== "(") return { kind: "id", id: token };
    this.position++;
    return { kind: "call", name: token.toUpperCase(), args: this.list(")") };
  }

  private list(end: string): MathNode[] {
    const items: MathNode[] = [];
    while (this.peek() !== end) {
      items.push(this.level(0));
      if (this.peek() === ",") this.position++;
      else if (this.peek() !== end) throw syntaxError();
    }
    this.position++;
    return items;
  }

  private closed(node: MathNode, end: string): MathNode {
    if (this.tokens[this.position++] !== end) throw syntaxError();
    return node;
  }

  private peek(): string | undefined {
    return this.tokens[this.position];
  }
}

/** Reads one expression of CloudWatch's metric math. Throws `MathError`. */
export const parseMath = (expression: string): MathNode => new Parser(expression).parse();

/** The ids that an expression uses. */
export function idsOfNode(node: MathNode): string[] {
  switch (node.kind) {
    case "id":
      return keywords.has(node.id) ? [] : [node.id];
    case "list":
      return node.items.flatMap(idsOfNode);
    case "call":
      return node.args.flatMap(idsOfNode);
    case "binary":
      return [...idsOfNode(node.left), ...idsOfNode(node.right)];
    case "negate":
      return idsOfNode(node.of);
    case "number":
    case "text":
      return [];
  }
}
