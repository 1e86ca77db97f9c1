import { isMap, isScalar, parseDocument, stringify, type YAMLMap } from "yaml";

/** A replacement of `text.slice(start, end)`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Applies edits that do not overlap, from the end, so that offsets stay true. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => b.start - a.start);
  return ordered.reduce((all, edit) => all.slice(0, edit.start) + edit.text + all.slice(edit.end), text);
}

/** Parses the text as a map; undefined if it is none. */
export function parseMap(text: string): YAMLMap | undefined {
  const document = parseDocument(text, { prettyErrors: false });
  return document.errors.length === 0 && isMap(document.contents) ? document.contents : undefined;
}

/** The edit that gives the scalar at a key another value; undefined when it has it already or is no scalar. */
export function editScalar(map: YAMLMap, key: string, value: string | number | boolean): Edit | undefined {
  const node: unknown = map.get(key, true);
  if (!isScalar(node) || !node.range || node.value === value) return undefined;
  return { start: node.range[0], end: node.range[1], text: formatScalar(value) };
}

/** A scalar as YAML, in quotes only where it needs them, also inside `{}`. */
export function formatScalar(value: string | number | boolean): string {
  const text = stringify(value, { lineWidth: 0 }).trimEnd();
  return /[,[\]{}]/.test(text) && !text.startsWith('"') ? JSON.stringify(value) : text;
}

/** Sets scalars that are in the text already and leaves everything else as it is, comments and all. */
export function setScalars(text: string, values: readonly (readonly [path: string, value: string | number])[]): string {
  const root = parseMap(text);
  const edits = values.flatMap(([path, value]) => {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    const holder: unknown = keys.length === 0 ? root : root?.getIn(keys);
    return (isMap(holder) && editScalar(holder, last, value)) || [];
  });
  return applyEdits(text, edits);
}
