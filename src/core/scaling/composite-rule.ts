import type { AlarmState } from "./alarm.ts";

/** A rule that cannot be read, in CloudWatch's words. */
export class RuleError extends Error {}

/** The rule of a composite alarm. Alarms are named by their name or ARN, as written. */
export type CompositeRule =
  | { kind: "constant"; value: boolean }
  | { kind: "state"; state: AlarmState; alarm: string }
  | { kind: "not"; of: CompositeRule }
  | { kind: "and" | "or"; parts: CompositeRule[] }
  | { kind: "at-least"; count: number; percent: boolean; negated: boolean; state: AlarmState; alarms: string[] };

const states: readonly string[] = ["ALARM", "OK", "INSUFFICIENT_DATA"];
const expected = "'(', 'NOT', AT_LEAST, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA";
const maxLength = 10_240;
const maxAlarms = 100;

interface Token {
  text: string;
  /** A name in quotation marks, which may be anything. */
  quoted: boolean;
  at: number;
}

function tokenize(rule: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|([(),])|([^\s(),"]+))/y;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < rule.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(rule);
    if (!match) throw new RuleError(`Error in AlarmRule [Unsupported token at position ${at}]`);
    const [, quoted, mark, word] = match;
    tokens.push({ text: quoted?.replace(/\\(.)/g, "$1") ?? mark ?? word ?? "", quoted: quoted !== undefined, at });
  }
  return tokens;
}

class Parser {
  private readonly tokens: Token[];
  private position = 0;

  constructor(rule: string) {
    this.tokens = tokenize(rule);
  }

  parse(): CompositeRule {
    const rule = this.chain("or");
    if (this.peek()) this.refuse("AND, OR or the end of the rule");
    return rule;
  }

  /** NOT binds tighter than AND, AND tighter than OR. */
  private chain(kind: "and" | "or"): CompositeRule {
    const next = (): CompositeRule => (kind === "or" ? this.chain("and") : this.negation());
    const parts = [next()];
    while (this.isWord(kind.toUpperCase())) {
      this.position++;
      parts.push(next());
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : { kind, parts };
  }

  private negation(): CompositeRule {
    if (!this.isWord("NOT")) return this.primary();
    this.position++;
    return { kind: "not", of: this.negation() };
  }

  private primary(): CompositeRule {
    const token = this.peek();
    if (!token || token.quoted) return this.refuse(expected);
    this.position++;
    if (token.text === "(") {
      const inner = this.chain("or");
      this.take(")");
      return inner;
    }
    if (token.text === "TRUE" || token.text === "FALSE") return { kind: "constant", value: token.text === "TRUE" };
    if (token.text === "AT_LEAST") return this.atLeast();
    this.position--;
    const state = this.state();
    this.take("(");
    const alarm = this.name();
    this.take(")");
    return { kind: "state", state, alarm };
  }

  /** `AT_LEAST(2, ALARM, (a, b, c))`, `AT_LEAST(50%, NOT OK, (a, b))`. */
  private atLeast(): CompositeRule {
    this.take("(");
    const amount = /^(\d+)(%?)$/.exec(this.peek()?.text ?? "");
    if (!amount) return this.refuse("a number or a percentage");
    this.position++;
    this.take(",");
    const negated = this.isWord("NOT");
    if (negated) this.position++;
    const state = this.state();
    this.take(",");
    this.take("(");
    const alarms = [this.name()];
    while (this.isWord(",")) {
      this.position++;
      alarms.push(this.name());
    }
    this.take(")");
    this.take(")");
    return { kind: "at-least", count: Number(amount[1]), percent: amount[2] === "%", negated, state, alarms };
  }

  private state(): AlarmState {
    const token = this.peek();
    if (!token || token.quoted || !states.includes(token.text)) return this.refuse(expected);
    this.position++;
    return token.text as AlarmState;
  }

  private name(): string {
    const token = this.peek();
    if (!token || (!token.quoted && /^[(),]$/.test(token.text))) return this.refuse("the name or ARN of an alarm");
    this.position++;
    return token.text;
  }

  private take(mark: string): void {
    if (!this.isWord(mark)) this.refuse(`'${mark}'`);
    this.position++;
  }

  private isWord(text: string): boolean {
    const token = this.peek();
    return token !== undefined && !token.quoted && token.text === text;
  }

  private peek(): Token | undefined {
    return this.tokens[this.position];
  }

  private refuse(wanted: string): never {
    const token = this.peek();
    const found = token ? `Unsupported token ${token.text} at position ${token.at}` : "Unexpected end of the rule";
    throw new RuleError(`Error in AlarmRule [${found}, must be: ${wanted}]`);
  }
}

/** Reads a rule. Throws `RuleError`. Grammar: PutCompositeAlarm, `AlarmRule`; "Create a composite alarm". */
export function parseRule(rule: string): CompositeRule {
  if (rule.trim() !== rule || rule === "")
    throw new RuleError("AlarmRule must not contain leading or trailing whitespace or be null");
  if (rule.length > maxLength) throw new RuleError(`AlarmRule must not be longer than ${maxLength} characters`);
  const parsed = new Parser(rule).parse();
  const names = alarmsOf(parsed);
  if (names.length > maxAlarms)
    throw new RuleError(`Error in AlarmRule [it names ${names.length} alarms, at most ${maxAlarms} are allowed]`);
  return parsed;
}

/** The alarms that a rule names, each once. */
export function alarmsOf(rule: CompositeRule): string[] {
  const walk = (part: CompositeRule): string[] => {
    switch (part.kind) {
      case "constant":
        return [];
      case "state":
        return [part.alarm];
      case "not":
        return walk(part.of);
      case "and":
      case "or":
        return part.parts.flatMap(walk);
      case "at-least":
        return part.alarms;
    }
  };
  return [...new Set(walk(rule))];
}

/** Whether the rule holds; an alarm that does not exist is in no state. */
export function evaluateRule(rule: CompositeRule, stateOf: (alarm: string) => AlarmState | undefined): boolean {
  switch (rule.kind) {
    case "constant":
      return rule.value;
    case "state":
      return stateOf(rule.alarm) === rule.state;
    case "not":
      return !evaluateRule(rule.of, stateOf);
    case "and":
      return rule.parts.every((part) => evaluateRule(part, stateOf));
    case "or":
      return rule.parts.some((part) => evaluateRule(part, stateOf));
    case "at-least": {
      const { alarms, count, percent, negated, state } = rule;
      const matching = alarms.filter((alarm) => (stateOf(alarm) === state) !== negated).length;
      return percent ? matching * 100 >= count * alarms.length : matching >= count;
    }
  }
}
