import {
  compileRegex,
  type Expression,
  isTrue,
  numberOf,
  readExpression,
  type Row,
  type Value,
} from "./expressions.ts";
import { type Figure, readFigure } from "./stats.ts";
import { QueryError, TokenReader } from "./tokens.ts";

export interface Table {
  rows: Row[];
  /** The columns to show; undefined: those that every query shows. */
  columns: string[] | undefined;
  /** Rows are figures and no longer records of the log. */
  grouped: boolean;
  /** Records that were left when they became figures. */
  matched?: number | undefined;
}

type Step = (table: Table) => Table;

interface Named {
  name: string;
  value: Expression;
}

/**
 * Compiles a query of Logs Insights: `fields`, `display`, `filter`, `parse`, `stats`, `sort`, `limit`, `dedup`. Throws
 * `QueryError` for the others, by name. Source: "CloudWatch Logs Insights language query syntax".
 */
export function compileQuery(query: string): (rows: Row[]) => Table {
  const reader = new TokenReader(query);
  const steps: Step[] = [];
  do {
    const token = reader.next;
    if (token.kind === "end" && steps.length === 0) throw new QueryError("the query is empty", 0);
    if (token.kind === "end") throw reader.unexpected("expected a command");
    const read = commands[token.text.toLowerCase()];
    if (!read || token.kind !== "name")
      throw new QueryError(
        `the sandbox does not know the command ${token.text}; it has ${Object.keys(commands).join(", ")}`,
        token.start,
        token.end,
      );
    reader.take();
    steps.push(read(reader, query));
  } while (reader.accept("|"));
  if (reader.next.kind !== "end") throw reader.unexpected("expected | or the end");
  return (rows) => steps.reduce((table, step) => step(table), { rows, columns: undefined, grouped: false } as Table);
}

/** `a, b + 1 as c`: a value without a name is called as it is written. */
function readNamed(reader: TokenReader, query: string): Named[] {
  const list: Named[] = [];
  do {
    const { start } = reader.next;
    const quoted = reader.next.kind === "name" ? reader.next.text : undefined;
    const value = readExpression(reader);
    const text = query.slice(start, reader.next.start).trim();
    const name = reader.accept("as") ? reader.take().text : /^`[^`]*`$/.test(text) ? (quoted ?? text) : text;
    list.push({ name, value });
  } while (reader.accept(","));
  return list;
}

const withValues = (row: Row, named: readonly Named[]): Row =>
  new Map([...row, ...named.map(({ name, value }) => [name, value(row)] as const)]);

const commands: Readonly<Record<string, (reader: TokenReader, query: string) => Step>> = {
  fields: (reader, query) => {
    const named = readNamed(reader, query);
    return (table) => ({
      ...table,
      rows: table.rows.map((row) => withValues(row, named)),
      columns: [...new Set([...(table.columns ?? []), ...named.map(({ name }) => name)])],
    });
  },
  display: (reader, query) => {
    const named = readNamed(reader, query);
    return (table) => ({
      ...table,
      rows: table.rows.map((row) => withValues(row, named)),
      columns: named.map(({ name }) => name),
    });
  },
  filter: (reader) => {
    const test = readExpression(reader);
    return (table) => ({ ...table, rows: table.rows.filter((row) => isTrue(test(row))) });
  },
  stats: (reader, query) => {
    const figures: Figure[] = [];
    do figures.push(readFigure(reader, query));
    while (reader.accept(","));
    const by = reader.accept("by") ? readNamed(reader, query) : [];
    return (table) => group(table, figures, by);
  },
  sort: readSort,
  limit: (reader) => {
    const token = reader.take();
    const count = Number(token.text);
    if (!Number.isInteger(count) || count < 1)
      throw new QueryError(`limit takes a number, found ${token.text}`, token.start, token.end);
    return (table) => ({ ...table, rows: table.rows.slice(0, count) });
  },
  dedup: (reader, query) => {
    const named = readNamed(reader, query);
    return (table) => {
      const seen = new Set<string>();
      const rows = table.rows.filter((row) => {
        const key = JSON.stringify(named.map(({ value }) => value(row) ?? null));
        return seen.size < seen.add(key).size;
      });
      return { ...table, rows };
    };
  },
  parse: readParse,
};

function group(table: Table, figures: readonly Figure[], by: readonly Named[]): Table {
  const groups = new Map<string, { keys: (readonly [string, Value])[]; rows: Row[] }>();
  for (const row of table.rows) {
    const keys = by.map(({ name, value }) => [name, value(row)] as const);
    const id = JSON.stringify(keys.map(([, value]) => value ?? null));
    const known = groups.get(id);
    if (known) known.rows.push(row);
    else groups.set(id, { keys, rows: [row] });
  }
  const rows = [...groups.values()].map(
    (one): Row => new Map([...one.keys, ...figures.map(({ name, compute }) => [name, compute(one.rows)] as const)]),
  );
  const columns = [...by, ...figures].map(({ name }) => name);
  return { rows, columns, grouped: true, matched: table.matched ?? table.rows.length };
}

function readSort(reader: TokenReader): Step {
  const keys: { value: Expression; down: boolean }[] = [];
  do {
    const value = readExpression(reader);
    keys.push({ value, down: reader.accept("asc", "desc") === "desc" });
  } while (reader.accept(","));
  return (table) => ({
    ...table,
    rows: table.rows.toSorted((a, b) => {
      for (const { value, down } of keys) {
        const order = orderOf(value(a), value(b));
        if (order !== 0) return down ? -order : order;
      }
      return 0;
    }),
  });
}

function orderOf(a: Value, b: Value): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x - y;
  const [text, other] = [a === undefined ? "" : String(a), b === undefined ? "" : String(b)];
  return text < other ? -1 : text > other ? 1 : 0;
}

/** `parse @message "* took * ms" as what, time`, or a regular expression with named groups. */
function readParse(reader: TokenReader): Step {
  const source = reader.next.kind === "name" ? readField(reader) : (row: Row) => row.get("@message");
  const token = reader.take();
  if (token.kind !== "text" && token.kind !== "regex")
    throw new QueryError("parse takes a text with * or a regular expression", token.start, token.end);
  const names: string[] = [];
  if (reader.accept("as"))
    do names.push(reader.take().text);
    while (reader.accept(","));
  const regex =
    token.kind === "regex"
      ? compileRegex(token.text, token.start)
      : new RegExp(
          token.text
            .split("*")
            .map((part) => part.replaceAll(/[.+?^${}()|[\]\\/]/g, String.raw`\$&`))
            .join("(.*?)") + (token.text.endsWith("*") ? "$" : ""),
          "s",
        );
  return (table) => ({
    ...table,
    rows: table.rows.map((row) => {
      const match = regex.exec(String(source(row) ?? ""));
      if (!match) return row;
      const named = Object.entries(match.groups ?? {});
      const positional = names.map((name, index) => [name, match[index + 1]] as const);
      return new Map<string, Value>([...row, ...named, ...positional]);
    }),
  });
}

function readField(reader: TokenReader): Expression {
  const { text } = reader.take();
  return (row) => row.get(text);
}
