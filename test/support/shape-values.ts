import type { Members, Shape } from "../../src/sandbox/wire/codecs.ts";

const deepest = 5;

/** Makes values of any shape of a model: the same series of values for the same seed. */
export class ShapeValues {
  private seed: number;
  private strings = 0;

  constructor(seed: number) {
    this.seed = seed;
  }

  /** The members of an operation's input or output. */
  members(shape: Shape): Members {
    return shape.isUnitSchema() ? {} : ((this.make(shape, 0) as Members | undefined) ?? {});
  }

  private next(below: number): number {
    this.seed = (this.seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return (this.seed >> 8) % below;
  }

  private make(shape: Shape, depth: number): unknown {
    if (shape.isStructSchema()) return this.structure(shape, depth);
    if (shape.isListSchema()) return this.list(shape, depth);
    if (shape.isMapSchema()) return this.map(shape, depth);
    return this.scalar(shape);
  }

  private structure(shape: Shape, depth: number): Members | undefined {
    const all = [...shape.structIterator()];
    const chosen = shape.isUnionSchema() ? [all[this.next(all.length)]] : all;
    const members: Members = {};
    for (const entry of chosen) {
      if (!entry || (depth > deepest && !entry[1].isStringSchema())) continue;
      const value = this.make(entry[1], depth + 1);
      if (value !== undefined) members[entry[0]] = value;
    }
    // A form cannot say "there, and empty".
    return Object.keys(members).length === 0 ? undefined : members;
  }

  private list(shape: Shape, depth: number): unknown[] | undefined {
    const items = [0, 1].map(() => this.make(shape.getValueSchema(), depth + 1));
    return items.includes(undefined) ? undefined : items;
  }

  private map(shape: Shape, depth: number): Members {
    const entries = [0, 1].map((n) => [`k ${n}`, this.make(shape.getValueSchema(), depth + 1)] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  private scalar(shape: Shape): unknown {
    if (shape.isBlobSchema()) return new Uint8Array([0, this.next(256), 255]);
    if (shape.isTimestampSchema()) return new Date(1.7e12 + this.next(1e6) * 1000);
    if (shape.isBooleanSchema()) return this.next(2) === 1;
    if (shape.isNumericSchema()) return this.next(1000);
    if (shape.isBigIntegerSchema()) return BigInt(this.next(1000));
    if (shape.isDocumentSchema()) return { a: [1, "b"] };
    if (!shape.isStringSchema() || shape.getMergedTraits().mediaType) return undefined;
    return `s${this.strings++} <&>"'é${this.next(9)}`;
  }
}

/** The same value in a form in which two of them can be compared: no undefined, no metadata, bytes as hex. */
export function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString("hex") };
  if (value instanceof Date || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(comparable);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => key !== "$metadata" && member !== undefined)
      .map(([key, member]) => [key, comparable(member)]),
  );
}
