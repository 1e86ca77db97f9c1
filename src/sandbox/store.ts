/** Plain records in named tables: the whole state of the sandbox, and therefore all that is saved. */
export class Store {
  private readonly tables = new Map<string, Map<string, unknown>>();
  private counters: Record<string, number> = {};
  /** Grows with each save-worthy moment that a caller announces; the saver compares it. */
  revision = 0;

  /** The table of that name, made on first use. Records are plain data: strings, numbers, Dates, arrays, objects. */
  table<T>(name: string): Map<string, T> {
    const existing = this.tables.get(name);
    if (existing) return existing as Map<string, T>;
    const made = new Map<string, T>();
    this.tables.set(name, made);
    return made;
  }

  /** The next number of a series, from 1. */
  next(series: string): number {
    return (this.counters[series] = (this.counters[series] ?? 0) + 1);
  }

  clear(): void {
    for (const table of this.tables.values()) table.clear();
    this.counters = {};
    this.revision++;
  }

  /** JSON text from which `load` makes the same state again, Dates included. */
  save(): string {
    const tables = Object.fromEntries([...this.tables].map(([name, table]) => [name, [...table]]));
    return JSON.stringify({ counters: this.counters, tables }, function (this: Record<string, unknown>, key, value) {
      const raw = this[key];
      return raw instanceof Date ? { $date: raw.getTime() } : (value as unknown);
    });
  }

  load(text: string): void {
    const saved = JSON.parse(text, (_key, value: unknown) => {
      const date = (value as { $date?: unknown } | null)?.$date;
      return typeof date === "number" ? new Date(date) : value;
    }) as { counters: Record<string, number>; tables: Record<string, [string, unknown][]> };
    this.clear();
    this.counters = saved.counters;
    for (const [name, rows] of Object.entries(saved.tables)) {
      const table = this.table<unknown>(name);
      for (const [key, value] of rows) table.set(key, value);
    }
  }
}
