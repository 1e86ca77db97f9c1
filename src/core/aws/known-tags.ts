import type { Aws } from "./aws.ts";
import { isAwsError } from "../errors.ts";

type Tags = Readonly<Record<string, string>>;

/** A question for the tags of one thing: whose, and how its service writes the answer. */
interface Question {
  arnOf(input: Record<string, unknown>): unknown;
  answer(tags: Tags, arn: string): unknown;
}

const upper = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const questions: Readonly<Record<string, Question>> = {
  "cloudwatch:ListTagsForResource": {
    arnOf: (input) => input["ResourceARN"],
    answer: (tags) => ({ Tags: upper(tags) }),
  },
  "ecr:ListTagsForResource": { arnOf: (input) => input["resourceArn"], answer: (tags) => ({ tags: upper(tags) }) },
  "elbv2:DescribeTags": {
    arnOf: (input) => {
      const arns = input["ResourceArns"];
      return Array.isArray(arns) && arns.length === 1 ? (arns[0] as unknown) : undefined;
    },
    answer: (tags, ResourceArn) => ({ TagDescriptions: [{ ResourceArn, Tags: upper(tags) }] }),
  },
  "events:ListTagsForResource": {
    arnOf: (input) => input["ResourceARN"],
    answer: (tags) => ({ Tags: upper(tags) }),
  },
  "logs:ListTagsForResource": { arnOf: (input) => input["resourceArn"], answer: (tags) => ({ tags: { ...tags } }) },
  "sns:ListTagsForResource": { arnOf: (input) => input["ResourceArn"], answer: (tags) => ({ Tags: upper(tags) }) },
};

/** Not allowed to ask: then each thing is asked for its own tags. */
const refused = ["AccessDeniedException", "AccessDenied", "UnauthorizedOperation"];

/**
 * Services whose things are looked up here. The app's task definitions bear the mark as well, a page for every hundred
 * revisions, and tell their tags themselves.
 */
const ResourceTypeFilters = [
  "cloudwatch",
  "ecr",
  "ecs:service",
  "elasticloadbalancing",
  "events",
  "logs",
  "sns",
  "sqs",
];

/**
 * The same client, but the tags of what bears one tag come from a single call in place of one for each thing, and
 * `ownArns` tells what there is. For a moment's picture (a plan), never before a change: the Resource Groups Tagging
 * API lags behind. What it does not know, or not yet, is asked for its tags as ever.
 */
export function knowTags(aws: Aws, mark: { key: string; value: string }): Aws {
  let asked: Promise<ReadonlyMap<string, Tags>> | undefined;
  const known = () => (asked ??= readMarked(aws, mark));
  const send = aws.call.bind(aws) as (...args: unknown[]) => Promise<unknown>;
  const call = async (...args: unknown[]): Promise<unknown> => {
    const [service, operation, input] = args as [string, string, Record<string, unknown>];
    const question = questions[`${service}:${operation}`];
    const arn = question?.arnOf(input);
    if (!question || typeof arn !== "string") return send(...args);
    const tags = (await known()).get(arn);
    return tags ? question.answer(tags, arn) : send(...args);
  };
  const ownArns = async (): Promise<string[]> => [...(await known()).keys()];
  return Object.create(aws, { call: { value: call }, ownArns: { value: ownArns } }) as Aws;
}

async function readMarked(aws: Aws, { key, value }: { key: string; value: string }) {
  const asked = { TagFilters: [{ Key: key, Values: [value] }], ResourceTypeFilters, ResourcesPerPage: 100 };
  try {
    const found = await aws.all("tagging", "GetResources", asked, (page) => page.ResourceTagMappingList);
    return new Map(
      found.map(({ ResourceARN = "", Tags = [] }) => [
        ResourceARN,
        Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
      ]),
    );
  } catch (error) {
    if (isAwsError(error, ...refused)) return new Map<string, Tags>();
    throw error;
  }
}
