import { type Members, readFormText, type Shape } from "./codecs.ts";

/** One field of a form and the fields below it: `Tags.member.1.Key=a` is `{Tags: {member: {1: {Key: "a"}}}}`. */
interface FormNode {
  text?: string;
  below: Map<string, FormNode>;
}
type Dialect = "query" | "ec2";

/** Reads the fields of a Query or EC2 Query request into the operation's input. */
export function readFormInput(shape: Shape, form: URLSearchParams, dialect: Dialect): Members {
  return readStructure(shape, buildTree(form), dialect);
}

function buildTree(form: URLSearchParams): FormNode {
  const root: FormNode = { below: new Map() };
  for (const [path, text] of form) {
    let node = root;
    for (const part of path.split(".")) {
      const next: FormNode = node.below.get(part) ?? { below: new Map() };
      node.below.set(part, next);
      node = next;
    }
    node.text = text;
  }
  return root;
}

function readNode(shape: Shape, node: FormNode | undefined, dialect: Dialect): unknown {
  if (!node) return undefined;
  if (shape.isStructSchema()) return readStructure(shape, node, dialect);
  const flat = dialect === "ec2" || Boolean(shape.getMergedTraits().xmlFlattened);
  if (shape.isListSchema()) return listItems(node, flat).map((item) => readNode(shape.getValueSchema(), item, dialect));
  if (shape.isMapSchema()) return readMap(shape, listItems(node, flat), dialect);
  return node.text === undefined ? undefined : readFormText(shape, node.text);
}

function readStructure(shape: Shape, node: FormNode, dialect: Dialect): Members {
  const members: Members = {};
  for (const [name, member] of shape.structIterator()) {
    const traits = member.getMemberTraits();
    const plain = traits.xmlName ?? name;
    const field = dialect === "ec2" ? String(traits["ec2QueryName"] ?? capitalise(plain)) : plain;
    const value = readNode(member, node.below.get(field), dialect);
    if (value !== undefined) members[name] = value;
  }
  return members;
}

function readMap(shape: Shape, entries: FormNode[], dialect: Dialect): Members {
  const keyName = shape.getKeySchema().getMergedTraits().xmlName ?? "key";
  const valueShape = shape.getValueSchema();
  const valueName = valueShape.getMergedTraits().xmlName ?? "value";
  return Object.fromEntries(
    entries.map((entry) => [
      entry.below.get(keyName)?.text ?? "",
      readNode(valueShape, entry.below.get(valueName), dialect),
    ]),
  );
}

const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** The items numbered 1..n, whatever name stands between the list and the number (`member`, usually). */
function listItems(node: FormNode, flat: boolean): FormNode[] {
  const keys = [...node.below.keys()];
  const holder = flat || keys.some(isNumber) ? node : node.below.get(keys[0] ?? "");
  return [...(holder?.below ?? [])]
    .filter(([key]) => isNumber(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => item);
}

const capitalise = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
