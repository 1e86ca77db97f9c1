import type { RecordedCalls } from "../recorded-calls.ts";
import type { Source } from "../source.ts";

export type Properties = Readonly<Record<string, unknown>>;

/** Resources by what is added to the name of the thing that they hang on. */
export type MoreResources = Readonly<Record<string, { Type: string; Properties: Properties }>>;

/** How one kind of thing is written in CloudFormation. */
export interface CloudFormationKind {
  /** `AWS::ECS::Cluster`. */
  type: string;
  properties(calls: RecordedCalls, source: Source): Properties;
  /** How others refer to its outputs: `Ref`, the attribute of `GetAtt`, or a text for `Sub` in which `@` is its name. */
  outputs: Readonly<Record<string, string>>;
  /** By what CloudFormation finds it in the account; undefined: it cannot take it over. */
  identifier(source: Source, properties: Properties): Record<string, string> | undefined;
  /** It is no resource of its own but an item of a list in a resource that it needs. */
  within?: { kind: string; property: string };
  /** What hangs on it and CloudFormation cannot take over: only in the template of what is still to be made. */
  more?(calls: RecordedCalls, logicalId: string): MoreResources;
  /** What the deploy says and CloudFormation cannot. */
  remarks?(calls: RecordedCalls): string[];
}

/** Keys of maps that belong to the user, not to the API. */
const free = ["options", "dockerLabels", "driverOpts", "labels"];

/** The ECS API writes keys in lower camel case, CloudFormation the same keys in upper. */
export function toPascal(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => toPascal(item));
  if (typeof value !== "object" || value === null || free.includes(key)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([inner, item]) => [
      `${inner.charAt(0).toUpperCase()}${inner.slice(1)}`,
      toPascal(item, inner),
    ]),
  );
}

/** The same without some of its keys. */
export function without(value: object, ...keys: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** Identified by one of its outputs. */
export const byOutput =
  (property: string, output: string) =>
  ({ live }: Source): Record<string, string> | undefined => {
    const value = live?.outputs?.[output];
    return value ? { [property]: value } : undefined;
  };

/** Identified by one of its own properties. */
export const byProperty =
  (property: string) =>
  (_source: Source, properties: Properties): Record<string, string> => ({ [property]: String(properties[property]) });
