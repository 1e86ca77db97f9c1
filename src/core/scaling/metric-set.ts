import { idsOfNode, type MathNode } from "./math-syntax.ts";
import {
  evaluateNode,
  MathError,
  type MathScope,
  type MathSeries,
  type MathValue,
  type Operand,
  readMath,
} from "./metric-math.ts";

/** One entry of a list of metrics and expressions, as GetMetricData, alarms and target tracking take them. */
export interface MathQuery {
  id: string;
  /** Absent for a metric. */
  expression?: string | undefined;
  /** What METRICS("text") looks into besides the id. */
  label?: string | undefined;
  /** Of a metric, seconds. */
  period: number;
}

export interface MathSource {
  /** The datapoints of a metric. */
  read: (id: string) => MathSeries;
  /** Starts (ms) of all periods of the window. A function: an accessor here would cost each computation a hidden class. */
  periods: () => readonly number[];
}

/** A list of metrics and expressions that was read once; who asks every minute keeps it. */
export interface MetricSet {
  /**
   * The series of each entry by its id; expressions may use each other. Throws `MathError`, with the id of the expression
   * at fault, for what they cannot be: bad syntax, unknown ids and functions, circles.
   */
  compute(source: MathSource): Map<string, MathSeries[]>;
}

export function openMetricSet(queries: readonly MathQuery[]): MetricSet {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const known = new Map<string, ReadExpression>();
  const read = ({ id }: MathQuery, expression: string): ReadExpression => {
    const found = known.get(id) ?? readExpression(expression);
    known.set(id, found);
    return found;
  };
  return { compute: (source) => new Run({ queries, byId, read }, source).all() };
}

/** `compute` of a list that is needed once. */
export const computeMetrics = (queries: readonly MathQuery[], source: MathSource): Map<string, MathSeries[]> =>
  openMetricSet(queries).compute(source);

/** Checks expressions without data, as PutMetricAlarm and PutScalingPolicy do. Throws `MathError`. */
export function checkMetrics(queries: readonly MathQuery[]): void {
  computeMetrics(queries, { read: () => new Map(), periods: () => [] });
}

interface ReadExpression {
  node: MathNode;
  /** The ids that it uses. */
  ids: readonly string[];
}

function readExpression(expression: string): ReadExpression {
  const node = readMath(expression);
  return { node, ids: idsOfNode(node) };
}

interface Entries {
  queries: readonly MathQuery[];
  byId: ReadonlyMap<string, MathQuery>;
  read: (query: MathQuery, expression: string) => ReadExpression;
}

/** One computation: what has come of each entry. */
class Run implements MathScope {
  private readonly entries: Entries;
  private readonly source: MathSource;
  private readonly done = new Map<string, MathValue>();
  /** The expressions that wait for others. */
  private readonly path: string[] = [];

  constructor(entries: Entries, source: MathSource) {
    this.entries = entries;
    this.source = source;
  }

  all(): Map<string, MathSeries[]> {
    const result = new Map<string, MathSeries[]>();
    for (const { id } of this.entries.queries) result.set(id, asSeries(this.lookup(id), this.source));
    return result;
  }

  lookup(id: string): MathValue {
    const known = this.done.get(id);
    if (known !== undefined) return known;
    const query = this.entries.byId.get(id);
    if (!query || this.path.includes(id)) throw new MathError(`Unknown metric id '${id}'`);
    const { expression } = query;
    const value = expression === undefined ? this.source.read(id) : this.evaluate(query, expression);
    this.done.set(id, value);
    return value;
  }

  metrics(text = ""): Operand[] {
    return this.entries.queries
      .filter((query) => query.expression === undefined && `${query.id} ${query.label ?? ""}`.includes(text))
      .map(({ id }) => this.lookup(id) as Operand);
  }

  periods(): readonly number[] {
    return this.source.periods();
  }

  period(id: string): number {
    return this.entries.byId.get(id)?.period ?? 60;
  }

  private evaluate(query: MathQuery, expression: string): MathValue {
    this.path.push(query.id);
    try {
      const { node, ids } = this.entries.read(query, expression);
      for (const id of ids) this.lookup(id);
      return evaluateNode(node, this);
    } catch (error) {
      throw named(query.id, error);
    } finally {
      this.path.pop();
    }
  }
}

/** Puts the expression's id before the first message about it. */
function named(id: string, error: unknown): unknown {
  if (!(error instanceof MathError) || error.message.startsWith("Error in expression")) return error;
  return new MathError(`Error in expression '${id}': ${error.message}`);
}

function asSeries(value: MathValue, source: MathSource): MathSeries[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((one) => (typeof one === "number" ? new Map(source.periods().map((at) => [at, one])) : one));
}
