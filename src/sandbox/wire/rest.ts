import { type Members, readHttpText, readRestJson, type Shape, writeRestJson } from "./codecs.ts";
import type { HttpRoute, OperationModel, ServiceModel } from "./model.ts";
import type { WireAnswer, WireRequest } from "./request.ts";

/** Finds the REST operation that a method and a path name. */
export function findRestOperation(model: ServiceModel, request: WireRequest): OperationModel | undefined {
  return [...model.operations.values()].find(
    ({ http }) => http?.method === request.method && http.pattern.test(request.url.pathname),
  );
}

/** Collects a REST JSON input from path, query, headers and body. */
export async function readRestInput(shape: Shape, route: HttpRoute, request: WireRequest): Promise<Members> {
  const { url, body, headers } = request;
  const labels = (route.pattern.exec(url.pathname) ?? []).slice(1).map(decodeURIComponent);
  const fromBody = await readRestJson(shape, body.toString());
  const input: Members = { ...fromBody };
  for (const [name, member] of shape.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.httpLabel) input[name] = readHttpText(member, labels[route.labels.indexOf(name)] ?? "");
    else if (traits.httpQuery) readQuery(input, name, member, url.searchParams.getAll(traits.httpQuery));
    else if (traits.httpHeader) {
      const text = headers[traits.httpHeader.toLowerCase()];
      if (text !== undefined) input[name] = readHttpText(member, String(text));
    } else if (traits.httpPayload) input[name] = member.isStructSchema() ? fromBody : body;
  }
  return input;
}

function readQuery(input: Members, name: string, member: Shape, texts: string[]): void {
  const [first] = texts;
  if (first === undefined) return;
  input[name] = member.isListSchema()
    ? texts.map((text) => readHttpText(member.getValueSchema(), text))
    : readHttpText(member, first);
}

/** Spreads a REST JSON output over status, headers and body. */
export function writeRestOutput(shape: Shape, route: HttpRoute, output: Members): WireAnswer {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (shape.isUnitSchema()) return { status: route.status, headers, body: "" };
  const inBody: Members = {};
  let payload: Uint8Array | undefined;
  for (const [name, member] of shape.structIterator()) {
    const traits = member.getMergedTraits();
    const value = output[name];
    if (value === undefined || value === null) continue;
    if (traits.httpHeader) headers[traits.httpHeader.toLowerCase()] = String(value);
    else if (traits.httpPayload) payload = writeRestJson(member, value);
    else inBody[name] = value;
  }
  return { status: route.status, headers, body: payload ?? writeRestJson(shape, inBody) };
}
