import { idsOfNode, type MathNode } from "./math-syntax.ts";
import { evaluateNode, MathError, readMath, type MathSeries, type MathValue, type Operand } from "./metric-math.ts";

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
  /** Starts (ms) of all periods of the window; read only where it is needed. */
  periods: readonly number[];
  /** Instead of `readMath`: remembers what it has read, for who asks every minute. */
  parse?: ((expression: string) => MathNode) | undefined;
}

/**
 * The series of each entry by its id; expressions may use each other. Throws `MathError`, with the id of the expression at
 * fault, for what they cannot be: bad syntax, unknown ids and functions, circles.
 */
export function computeMetrics(queries: readonly MathQuery[], source: MathSource): Map<string, MathSeries[]> {
  const { read, parse = readMath } = source;
  const byId = new Map(queries.map((query) => [query.id, query]));
  const done = new Map<string, MathValue>();
  const compute = (id: string, path: readonly string[]): MathValue => {
    const known = done.get(id);
    if (known !== undefined) return known;
    const query = byId.get(id);
    if (!query || path.includes(id)) throw new MathError(`Unknown metric id '${id}'`);
    const { expression } = query;
    const value = expression === undefined ? read(id) : named(id, () => computeExpression(expression, [...path, id]));
    done.set(id, value);
    return value;
  };
  const computeExpression = (expression: string, path: readonly string[]): MathValue => {
    const node = parse(expression);
    for (const id of idsOfNode(node)) compute(id, path);
    return evaluateNode(node, {
      lookup: (id) => compute(id, path),
      metrics: (text = "") =>
        queries
          .filter((query) => query.expression === undefined && `${query.id} ${query.label ?? ""}`.includes(text))
          .map(({ id }) => compute(id, path) as Operand),
      get periods() {
        return source.periods;
      },
      period: (id) => byId.get(id)?.period ?? 60,
    });
  };
  return new Map(queries.map(({ id }) => [id, asSeries(compute(id, []), source)]));
}

/** Checks expressions without data, as PutMetricAlarm and PutScalingPolicy do. Throws `MathError`. */
export function checkMetrics(queries: readonly MathQuery[]): void {
  computeMetrics(queries, { read: () => new Map(), periods: [] });
}

/** Puts the expression's id before the first message about it. */
function named<T>(id: string, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof MathError) || error.message.startsWith("Error in expression")) throw error;
    throw new MathError(`Error in expression '${id}': ${error.message}`);
  }
}

function asSeries(value: MathValue, source: MathSource): MathSeries[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((one) => (typeof one === "number" ? new Map(source.periods.map((at) => [at, one])) : one));
}
