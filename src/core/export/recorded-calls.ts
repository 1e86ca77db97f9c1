import type { Aws, Input, Operation, ServiceName } from "../aws/aws.ts";
import type { Node } from "../plan/graph.ts";
import { mark } from "./references.ts";

interface Call {
  service: string;
  operation: string;
  input: unknown;
}

/** What `deploy` would send to make one thing, in order. */
export class RecordedCalls {
  private readonly calls: readonly Call[];

  constructor(calls: readonly Call[]) {
    this.calls = calls;
  }

  /** The inputs of every call of an operation. */
  every<S extends ServiceName, O extends Operation<S>>(service: S, operation: O): Input<S, O>[] {
    return this.calls
      .filter((call) => call.service === service && call.operation === operation)
      .map(({ input }) => input as Input<S, O>);
  }

  /** The input of the first call of an operation. Throws when `deploy` sends none. */
  one<S extends ServiceName, O extends Operation<S>>(service: S, operation: O): Input<S, O> {
    const [input] = this.every(service, operation);
    if (input === undefined) throw new Error(`Making it sends no ${service}:${String(operation)}.`);
    return input;
  }
}

interface Place {
  region: string;
  /** Twelve digits. */
  account: string;
}

const text = (input: unknown, key: string): string => String((input as Record<string, unknown>)[key] ?? "");

/** What AWS must have answered for the next call to be made; everything else may be answered with nothing. */
const answers: Readonly<Record<string, (input: unknown, place: Place) => unknown>> = {
  DescribeSecurityGroups: () => ({ SecurityGroups: [{ GroupId: "recorded" }] }),
  CreateRepository: () => ({ repository: { repositoryArn: "recorded", repositoryUri: "recorded" } }),
  CreateTopic: (input, at) => ({ TopicArn: `arn:aws:sns:${at.region}:${at.account}:${text(input, "Name")}` }),
  GetQueueUrl: (input, at) => ({
    QueueUrl: `https://sqs.${at.region}.amazonaws.com/${at.account}/${text(input, "QueueName")}`,
  }),
  GetQueueAttributes(input, at) {
    const name = text(input, "QueueUrl").split("/").at(-1);
    return { Attributes: { QueueArn: `arn:aws:sqs:${at.region}:${at.account}:${name}` } };
  },
};

/** A client that notes what it is asked and asks nobody. */
class Recorder {
  private readonly calls: Call[] = [];
  private readonly account: string;

  constructor(account: string) {
    this.account = account;
  }

  /** In the place of `aws`, with its region and clock. */
  standIn(aws: Aws): Aws {
    const call = (service: string, operation: string, input: unknown): Promise<unknown> => {
      this.calls.push({ service, operation, input });
      return Promise.resolve(answers[operation]?.(input, { region: aws.region, account: this.account }) ?? {});
    };
    return Object.create(aws, { call: { value: call } }) as Aws;
  }

  take(): Call[] {
    return this.calls.splice(0);
  }
}

const isReadBack = (error: unknown): boolean => error instanceof Error && error.name === "NotVisibleYet";

/**
 * The calls that make each thing of a graph, by node id, without making any: so what is exported is what `deploy`
 * does. Ids that other things give stand in the inputs as marks.
 */
export async function recordCreation(
  aws: Aws,
  account: string,
  buildGraph: (aws: Aws) => readonly Node[],
): Promise<Map<string, RecordedCalls>> {
  const recorder = new Recorder(account);
  const recorded = new Map<string, RecordedCalls>();
  for (const node of buildGraph(recorder.standIn(aws))) {
    recorder.take();
    try {
      await node.create(mark);
    } catch (error) {
      // Nothing was made, so nothing can be read back; what was sent is known by then.
      if (!isReadBack(error)) throw error;
    }
    recorded.set(node.id, new RecordedCalls(recorder.take()));
  }
  return recorded;
}
