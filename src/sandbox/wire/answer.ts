import type { Protocol } from "./api.ts";
import { type Members, writeCbor, writeJson, writeXmlMembers } from "./codecs.ts";
import type { OperationModel, ServiceModel } from "./model.ts";
import type { WireAnswer } from "./request.ts";
import { writeRestOutput } from "./rest.ts";

const contentTypes: Record<Protocol, string> = {
  "json1.0": "application/x-amz-json-1.0",
  "json1.1": "application/x-amz-json-1.1",
  cbor: "application/cbor",
  restJson: "application/json",
  query: "text/xml",
  ec2: "text/xml;charset=UTF-8",
};
const emptyCborMap = new Uint8Array([0xbf, 0xff]);

/** The headers of every answer in that protocol. */
export function answerHeaders(protocol: Protocol, requestId: string): Record<string, string> {
  return {
    "content-type": contentTypes[protocol],
    "x-amzn-requestid": requestId,
    ...(protocol === "cbor" ? { "smithy-protocol": "rpc-v2-cbor" } : {}),
  };
}

/** Writes what a handler returned, in the protocol in which it was asked. */
export function writeAnswer(
  model: ServiceModel,
  operation: OperationModel,
  protocol: Protocol,
  requestId: string,
  output: Members,
): WireAnswer {
  const headers = answerHeaders(protocol, requestId);
  if (protocol === "restJson" && operation.http) {
    const answer = writeRestOutput(operation.output, operation.http, output);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  }
  return { status: 200, headers, body: writeBody(model, operation, protocol, requestId, output) };
}

function writeBody(
  model: ServiceModel,
  { name, output: shape }: OperationModel,
  protocol: Protocol,
  requestId: string,
  output: Members,
): string | Uint8Array {
  const namespace = model.xmlNamespace;
  if (protocol === "ec2")
    return (
      `<?xml version="1.0" encoding="UTF-8"?>\n<${name}Response xmlns="${namespace}/">` +
      `<requestId>${requestId}</requestId>${writeXmlMembers(shape, output)}</${name}Response>`
    );
  if (protocol === "query") {
    const result = shape.isUnitSchema() ? "" : `<${name}Result>${writeXmlMembers(shape, output)}</${name}Result>`;
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    return `<${name}Response xmlns="${namespace}">${result}${metadata}</${name}Response>`;
  }
  if (protocol === "cbor") return shape.isUnitSchema() ? emptyCborMap : writeCbor(shape, output);
  return shape.isUnitSchema() ? "" : writeJson(shape, output);
}
