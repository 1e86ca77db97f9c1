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

/** What the answers to recorded calls are made of. */
export interface Account {
  /** Twelve digits. */
  account: string;
  /** Access policies that exist, by the ARN of what they are of: making a thing adds to them. */
  policies?: ReadonlyMap<string, string> | undefined;
}

interface Place extends Account {
  region: string;
}

/** What AWS lets into a new topic: everybody of its account, alarms too (SNS developer guide, "Default policy"). */
const topicPolicy = (arn: string, account: string): string =>
  JSON.stringify({
    // AWS writes 2008-10-17, which means the same here and which cfn-lint does not like.
    Version: "2012-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": account } },
      },
    ],
  });

const text = (input: unknown, key: string): string => String((input as Record<string, unknown>)[key] ?? "");

/** What AWS must have answered for the next call to be made; everything else may be answered with nothing. */
const answers: Readonly<Record<string, (input: unknown, place: Place) => unknown>> = {
  DescribeSecurityGroups: () => ({ SecurityGroups: [{ GroupId: "recorded" }] }),
  CreateRepository: () => ({ repository: { repositoryArn: "recorded", repositoryUri: "recorded" } }),
  CreateTopic: (input, at) => ({ TopicArn: `arn:aws:sns:${at.region}:${at.account}:${text(input, "Name")}` }),
  GetTopicAttributes(input, { account, policies }) {
    const arn = text(input, "TopicArn");
    return { Attributes: { Policy: policies?.get(arn) ?? topicPolicy(arn, account) } };
  },
  GetQueueUrl: (input, at) => ({
    QueueUrl: `https://sqs.${at.region}.amazonaws.com/${at.account}/${text(input, "QueueName")}`,
  }),
  GetQueueAttributes(input, at) {
    const name = text(input, "QueueUrl").split("/").at(-1);
    const QueueArn = `arn:aws:sqs:${at.region}:${at.account}:${name}`;
    const Policy = at.policies?.get(QueueArn);
    return { Attributes: { QueueArn, ...(Policy === undefined ? {} : { Policy }) } };
  },
};

/** A client that notes what it is asked and asks nobody. */
class Recorder {
  private readonly calls: Call[] = [];
  private readonly account: Account;

  constructor(account: Account) {
    this.account = account;
  }

  /** In the place of `aws`, with its region and clock. */
  standIn(aws: Aws): Aws {
    const call = (service: string, operation: string, input: unknown): Promise<unknown> => {
      this.calls.push({ service, operation, input });
      return Promise.resolve(answers[operation]?.(input, { ...this.account, region: aws.region }) ?? {});
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
  account: Account,
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
