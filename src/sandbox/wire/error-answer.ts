import { answerHeaders } from "./answer.ts";
import { ApiError, type Protocol } from "./api.ts";
import { escapeXml, type Members, writeCborDocument, writeJson, writeXmlMembers } from "./codecs.ts";
import type { ErrorModel, ServiceModel } from "./model.ts";
import type { WireAnswer } from "./request.ts";

/** What an error is on the wire, whatever the protocol. */
interface WireError {
  /** The shape's name: `NoSuchEntityException`. */
  name: string;
  /** The code of Query answers, which some models give another name: `NoSuchEntity`. */
  code: string;
  message: string;
  status: number;
  modelled?: ErrorModel | undefined;
  fields: Members;
}

/** True for what a handler throws on purpose: an ApiError, or an exception class of the SDK. */
export function isExpected(model: ServiceModel | undefined, error: unknown): error is Error {
  return error instanceof ApiError || findModelled(model, error) !== undefined;
}

function findModelled(model: ServiceModel | undefined, error: unknown): ErrorModel | undefined {
  return error instanceof Error && "$fault" in error ? model?.errors.get(error.name) : undefined;
}

/** Writes an error as that service and protocol do, so that every client raises its own class for it. */
export function writeError(
  model: ServiceModel | undefined,
  protocol: Protocol,
  requestId: string,
  error: unknown,
): WireAnswer {
  const wireError = describe(model, protocol, error);
  const headers = answerHeaders(protocol, requestId);
  const { status, name, code } = wireError;
  if (protocol === "query" || protocol === "ec2")
    return { status, headers, body: writeXmlError(model, protocol, requestId, wireError) };
  // Only REST and query-compatible services name the error in headers; ECS and its like do not.
  if (model?.queryCompatible || protocol === "restJson" || protocol === "cbor") headers["x-amzn-errortype"] = name;
  if (model?.queryCompatible) headers["x-amzn-query-error"] = `${code};${faultOf(status)}`;
  const document = { ...wireError.fields, __type: wireError.modelled?.id ?? name, message: wireError.message };
  if (protocol === "cbor") return { status, headers, body: writeCborDocument(document) };
  const { modelled, fields } = wireError;
  const written: Members = modelled
    ? (JSON.parse(new TextDecoder().decode(writeJson(modelled.shape, fields))) as Members)
    : {};
  return { status, headers, body: JSON.stringify({ ...written, __type: document.__type, message: document.message }) };
}

function describe(model: ServiceModel | undefined, protocol: Protocol, error: unknown): WireError {
  const modelled = findModelled(model, error);
  if (modelled) return describeModelled(model, modelled, protocol, error as Error);
  if (error instanceof ApiError) {
    const { code, message, status } = error;
    return { name: code, code, message, status, fields: {}, modelled: model?.errors.get(code) };
  }
  const message = `internal failure: ${error instanceof Error ? error.message : String(error)}`;
  return { name: "InternalFailure", code: "InternalFailure", message, status: 500, fields: {} };
}

function describeModelled(
  model: ServiceModel | undefined,
  modelled: ErrorModel,
  protocol: Protocol,
  error: Error,
): WireError {
  const traits = modelled.shape.getMergedTraits();
  const [queryCode, queryStatus] = (traits.awsQueryError ?? []) as [string?, number?];
  // The AWS JSON services answer 400 or 500 whatever the model says; Query and REST services follow the model.
  const plainJson = protocol.startsWith("json") && !model?.queryCompatible;
  const status = plainJson ? undefined : (queryStatus ?? (traits.httpError as number | undefined));
  const own = error as unknown as Members;
  return {
    name: modelled.name,
    code: queryCode ?? modelled.name,
    message: error.message,
    status: status ?? (traits.error === "client" ? 400 : 500),
    modelled,
    fields: Object.fromEntries(
      modelled.members.filter((name) => own[name] !== undefined).map((name) => [name, own[name]]),
    ),
  };
}

const faultOf = (status: number): string => (status < 500 ? "Sender" : "Receiver");

function writeXmlError(
  model: ServiceModel | undefined,
  protocol: Protocol,
  requestId: string,
  { code, message, status, modelled, fields }: WireError,
): string {
  const told = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  if (protocol === "ec2")
    return (
      `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>${told}</Error></Errors>` +
      `<RequestID>${requestId}</RequestID></Response>`
    );
  const rest = { ...fields, message: undefined, Message: undefined };
  const extra = modelled ? writeXmlMembers(modelled.shape, rest) : "";
  return (
    `<ErrorResponse xmlns="${model?.xmlNamespace ?? ""}"><Error><Type>${faultOf(status)}</Type>${told}${extra}</Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`
  );
}
