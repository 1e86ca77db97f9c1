import type { Aws } from "./aws.ts";

type Input = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, unknown>>;

/** A question about things by name, of which several can be one. */
interface Gatherable {
  /** The names that are asked for; undefined when it is not such a question. */
  namesOf(input: Input): readonly string[] | undefined;
  /** The question without its names: only equal ones are put together. */
  restOf(input: Input): unknown;
  /** The same question about all these names. */
  ask(input: Input, names: readonly string[]): Input;
  /** What of the answer is about these names. */
  pick(answer: Answer, names: readonly string[]): Answer;
}

const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;

function keep(list: unknown, key: string, names: readonly string[]): unknown {
  if (!Array.isArray(list)) return list;
  return list.filter((one: unknown) => names.includes(String((one as Record<string, unknown>)[key])));
}

const nameFilter = "group-name";
interface Filter {
  Name?: string;
  Values?: readonly string[];
}
const filtersOf = (input: Input): readonly Filter[] => (Array.isArray(input["Filters"]) ? input["Filters"] : []);

const gatherable: Readonly<Record<string, Gatherable>> = {
  "cloudwatch:DescribeAlarms": {
    namesOf: (input) => texts(input["AlarmNames"]),
    restOf: ({ AlarmNames: _names, ...rest }) => rest,
    ask: (input, AlarmNames) => ({ ...input, AlarmNames }),
    pick: (answer, names) => ({
      ...answer,
      MetricAlarms: keep(answer["MetricAlarms"], "AlarmName", names),
      CompositeAlarms: keep(answer["CompositeAlarms"], "AlarmName", names),
    }),
  },
  "ec2:DescribeSecurityGroups": {
    namesOf: (input) => filtersOf(input).find(({ Name }) => Name === nameFilter)?.Values,
    restOf: (input) => ({ ...input, Filters: filtersOf(input).filter(({ Name }) => Name !== nameFilter) }),
    ask: (input, Values) => ({
      ...input,
      Filters: filtersOf(input).map((filter) => (filter.Name === nameFilter ? { ...filter, Values } : filter)),
    }),
    pick: (answer, names) => ({ ...answer, SecurityGroups: keep(answer["SecurityGroups"], "GroupName", names) }),
  },
};

/** DescribeAlarms takes a hundred names, a filter of EC2 two hundred values. */
const most = 100;

/**
 * The same client, but questions about things by name that are asked in the same moment go as one. For a moment's
 * picture of what there is (a plan), where everything is asked for at once.
 */
export function gatherReads(aws: Aws): Aws {
  const open = new Map<string, { names: Set<string>; answer: Promise<Answer> }>();
  const send = aws.call.bind(aws) as (...args: unknown[]) => Promise<unknown>;
  const call = async (...args: unknown[]): Promise<unknown> => {
    const [service, operation, input] = args as [string, string, Input];
    const kind = gatherable[`${service}:${operation}`];
    const names = kind?.namesOf(input);
    if (!kind || !names) return send(...args);
    const key = JSON.stringify([service, operation, kind.restOf(input)]);
    let group = open.get(key);
    if (!group || group.names.size + names.length > most) {
      const all = new Set<string>();
      const asked = Promise.resolve().then(() => {
        if (open.get(key)?.names === all) open.delete(key);
        return send(service, operation, kind.ask(input, [...all])) as Promise<Answer>;
      });
      group = { names: all, answer: asked };
      open.set(key, group);
    }
    for (const name of names) group.names.add(name);
    return kind.pick(await group.answer, names);
  };
  return Object.create(aws, { call: { value: call } }) as Aws;
}
