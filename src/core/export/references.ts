/** A place in a value where an id of another resource stands, before a format writes it its own way. */
export interface Reference {
  /** The node: `security-group/instances-web`. */
  id: string;
  /** Which of its outputs: `arn`. */
  output: string;
}

const [open, between, close] = ["⟪", "│", "⟫"];

/** Text that stands for an output until a format replaces it; it survives JSON. */
export const mark = (id: string, output: string): string => `${open}${id}${between}${output}${close}`;

/** Cuts a text into plain parts and references, in order; empty parts are left out. */
export function splitReferences(text: string): (string | Reference)[] {
  const parts: (string | Reference)[] = [];
  for (const part of text.split(new RegExp(`(${open}[^${close}]*${close})`))) {
    const [id, output] = part.startsWith(open) ? part.slice(1, -1).split(between) : [];
    if (id !== undefined && output !== undefined) parts.push({ id, output });
    else if (part !== "") parts.push(part);
  }
  return parts;
}

/** Every reference in a value, however deep. */
export function referencesIn(value: unknown): Reference[] {
  if (typeof value === "string") return splitReferences(value).filter((part) => typeof part !== "string");
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(referencesIn);
}
