import { createHash } from "node:crypto";
import { ParameterAlreadyExists, ParameterNotFound } from "@aws-sdk/client-ssm";
import type * as ssm from "@aws-sdk/client-ssm";
import type { Parameter } from "@aws-sdk/client-ssm";
import { ApiError, type Handler, meta, page } from "../../wire/api.ts";
import { type ParameterRecord, parameters } from "../../world/records/secrets.ts";
import type { Region } from "../../world/world.ts";

/** Versions that the Parameter Store keeps. */
const keptVersions = 100;
const defaultPageSize = 10;

const validation = (message: string): ApiError => new ApiError("ValidationException", message);

/** Names in a path begin with a slash in the ARN too; others get one there. */
const arnOf = (region: Region, name: string): string => region.arn("ssm", `parameter/${name.replace(/^\//, "")}`);

function checkName(name: string): void {
  if (!/^[A-Za-z0-9_.\-/]{1,1011}$/.test(name))
    throw validation(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  if (name.includes("/") && !name.startsWith("/")) throw validation("Parameter name must be a fully qualified name.");
  if (/^\/?(aws|ssm)/i.test(name))
    throw new ApiError("AccessDeniedException", `No access to reserved parameter name: ${name}.`);
}

export const putParameter: Handler<typeof ssm, "PutParameter"> = (input, { region }) => {
  const { Name: name = "", Value: value = "" } = input;
  checkName(name);
  const existing = parameters(region).get(name);
  if (existing && !input.Overwrite)
    throw new ParameterAlreadyExists({
      message:
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      ...meta,
    });
  if (existing && input.Tags?.length) throw validation("Invalid request: tags and overwrite can't be used together.");
  const type = input.Type ?? existing?.type;
  if (type === undefined) throw validation("A parameter type is required when you create a parameter.");
  const now = region.world.clock.date();
  const record: ParameterRecord = existing ?? {
    name,
    arn: arnOf(region, name),
    type,
    dataType: input.DataType ?? "text",
    tier: input.Tier ?? "Standard",
    changedAt: now,
    versions: [],
    tags: (input.Tags ?? []).map(({ Key, Value }) => ({ Key, Value })),
  };
  const number = (record.versions.at(-1)?.number ?? 0) + 1;
  const versions = [...record.versions, { number, value, changedAt: now }].slice(-keptVersions);
  const keyId = type === "SecureString" ? (input.KeyId ?? existing?.keyId ?? "alias/aws/ssm") : undefined;
  const description = input.Description ?? existing?.description;
  parameters(region).set(name, { ...record, type, keyId, description, versions, changedAt: now });
  return { Version: number, Tier: record.tier };
};

/** A value that is encrypted reads as a text that says nothing. */
const sealed = (value: string): string => `AQICAH${createHash("sha512").update(value).digest("base64url")}`;

/** A parameter of the account by `name`, `name:3` or ARN; undefined when there is none. */
export function findOwnParameter(region: Region, asked: string, decrypt: boolean): Parameter | undefined {
  const [, name = asked, selector] = /^(?:arn:[^/]*:parameter)?([^:]*)(?::(\d+))?$/.exec(asked) ?? [];
  const record = parameters(region).get(name) ?? parameters(region).get(name.replace(/^\//, ""));
  const version = selector
    ? record?.versions.find(({ number }) => number === Number(selector))
    : record?.versions.at(-1);
  if (!record || !version) return undefined;
  return {
    Name: record.name,
    Type: record.type,
    Value: record.type === "SecureString" && !decrypt ? sealed(version.value) : version.value,
    Version: version.number,
    ...(selector ? { Selector: `:${selector}` } : {}),
    LastModifiedDate: version.changedAt,
    ARN: record.arn,
    DataType: record.dataType,
  };
}

export const deleteParameter: Handler<typeof ssm, "DeleteParameter"> = ({ Name = "" }, { region }) => {
  if (!parameters(region).delete(Name)) throw new ParameterNotFound({ message: "", ...meta });
  return {};
};

export const deleteParameters: Handler<typeof ssm, "DeleteParameters"> = ({ Names = [] }, { region }) => {
  const deleted = Names.filter((name) => parameters(region).delete(name));
  return { DeletedParameters: deleted, InvalidParameters: Names.filter((name) => !deleted.includes(name)) };
};

export const describeParameters: Handler<typeof ssm, "DescribeParameters"> = (input, { region }) => {
  const unknown = input.ParameterFilters?.find(({ Key }) => Key !== "Name" && Key !== "Type");
  if (unknown || input.Filters?.length) throw validation("The sandbox filters parameters by Name and Type only.");
  const fits = (record: ParameterRecord): boolean =>
    (input.ParameterFilters ?? []).every(({ Key, Option = "Equals", Values = [] }) => {
      const value = Key === "Type" ? record.type : record.name;
      return Values.some((wanted) => (Option === "BeginsWith" ? value.startsWith(wanted) : value === wanted));
    });
  const found = [...parameters(region).values()].filter(fits);
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 50);
  return {
    Parameters: items.map((record) => ({
      Name: record.name,
      ARN: record.arn,
      Type: record.type,
      KeyId: record.keyId,
      Description: record.description,
      LastModifiedDate: record.changedAt,
      Version: record.versions.at(-1)?.number,
      Tier: record.tier,
      DataType: record.dataType,
    })),
    NextToken: next,
  };
};

/** The account's own parameters below a path. */
export function namesBelow(region: Region, path: string, recursive: boolean): string[] {
  const prefix = `${path.replace(/\/$/, "")}/`;
  return [...parameters(region).keys()].filter((name) => {
    const below = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    return below !== "" && (recursive || !below.includes("/"));
  });
}

export const pageSize = (given: number | undefined): number => given ?? defaultPageSize;
