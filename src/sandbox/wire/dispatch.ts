import { randomUUID } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Faults } from "../faults.ts";
import { enforceTaskRole } from "../faults/task-role.ts";
import type { CatalogEntry } from "../services/catalog.ts";
import type { World } from "../world/world.ts";
import { writeAnswer } from "./answer.ts";
import { ApiError, type Call } from "./api.ts";
import { type Members, readCbor, readJson } from "./codecs.ts";
import { isExpected, writeError } from "./error-answer.ts";
import { readFormInput } from "./form-reader.ts";
import { type OperationModel, readModel, type ServiceModel } from "./model.ts";
import { header, type WireAnswer, type WireRequest } from "./request.ts";
import { findMissing, missingError } from "./required.ts";
import { findRestOperation, readRestInput } from "./rest.ts";
import { type Route, routeRequest } from "./route.ts";

export interface DispatchOptions {
  world: World;
  /** Where the stack of a handler's own fault goes. */
  log: (message: string) => void;
  /** What goes wrong on purpose. */
  faults?: Faults | undefined;
  /** Stands in for every handler: the round-trip check of whole services. */
  answer?: ((operation: string, input: Members) => Members) | undefined;
}

/** Keeps a small body from growing without bound. */
const largestUnpacked = 64 * 1024 * 1024;
/** What AWS lets anybody ask: it is how one gets keys, or a link in a mail. */
const anonymous = new Set(["ConfirmSubscription", "Unsubscribe", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"]);

/** Answers AWS requests of every protocol from the handlers of the catalogue's services. */
export class Dispatcher {
  private readonly options: DispatchOptions;
  private readonly models = new Map<CatalogEntry, Promise<ServiceModel>>();

  constructor(options: DispatchOptions) {
    this.options = options;
  }

  async dispatch(request: WireRequest): Promise<WireAnswer> {
    const requestId = randomUUID();
    const unpacked = unpack(request);
    const route = routeRequest(unpacked ?? request);
    let model: ServiceModel | undefined;
    try {
      // As AWS does; it also keeps out web pages, whose images and links cannot carry the header.
      if (!route.signed && !anonymous.has(route.operation))
        throw new ApiError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
      model = route.entry && (await this.model(route.entry));
      if (!unpacked) throw new ApiError("SerializationException", "the body is not the gzip that its header promises");
      return await this.answer(unpacked, route, model, requestId);
    } catch (error) {
      if (!isExpected(model, error)) this.report(route, error);
      return writeError(model, route.protocol, requestId, error);
    }
  }

  private async answer(
    request: WireRequest,
    route: Route,
    model: ServiceModel | undefined,
    requestId: string,
  ): Promise<WireAnswer> {
    const operation = model && findOperation(model, route, request);
    if (!model || !operation) throw unknownOperation(route, request);
    const input = await readInput(operation, route, request);
    const { protocol, region, accessKeyId } = route;
    const { answer, world } = this.options;
    if (answer) return writeAnswer(model, operation, protocol, requestId, answer(operation.name, input));
    const missing = findMissing(operation.input, input);
    if (missing) throw missingError(model, operation.name, protocol, missing);
    const handler = model.handlers[operation.name];
    if (!handler) throw notImplemented(model, operation);
    const target = { signingName: model.signingName, operation: operation.name, input, region, accessKeyId };
    enforceTaskRole(world, target);
    const passage = await this.options.faults?.pass(target);
    const call: Call = {
      service: model.id,
      operation: operation.name,
      region: (passage?.world ?? world).region(region),
      accessKeyId,
      requestId,
      protocol,
    };
    const output = ((await handler(input, call)) ?? {}) as Members;
    world.store.revision++;
    const written = writeAnswer(model, operation, protocol, requestId, output);
    return passage?.lose ? { ...written, lost: true } : written;
  }

  private model(entry: CatalogEntry): Promise<ServiceModel> {
    const existing = this.models.get(entry);
    if (existing) return existing;
    const loaded = entry.load().then(({ service }) => readModel(entry, service));
    this.models.set(entry, loaded);
    return loaded;
  }

  private report(route: Route, error: unknown): void {
    const where = `${route.entry?.signingName ?? "unknown"}:${route.operation}`;
    this.options.log(`${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}

/** CloudWatch clients compress what is larger than 10 kB. Undefined when it does not unpack. */
function unpack(request: WireRequest): WireRequest | undefined {
  if (header(request, "content-encoding") !== "gzip") return request;
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: largestUnpacked }) };
  } catch {
    return undefined;
  }
}

function findOperation(model: ServiceModel, route: Route, request: WireRequest): OperationModel | undefined {
  return route.protocol === "restJson" ? findRestOperation(model, request) : model.operations.get(route.operation);
}

async function readInput(operation: OperationModel, route: Route, request: WireRequest): Promise<Members> {
  const { input: shape, http } = operation;
  if (shape.isUnitSchema()) return {};
  try {
    if (route.form) return readFormInput(shape, route.form, route.protocol === "ec2" ? "ec2" : "query");
    if (route.protocol === "cbor") return await readCbor(shape, request.body);
    if (route.protocol === "restJson" && http) return await readRestInput(shape, http, request);
    return await readJson(shape, request.body.toString());
  } catch (error) {
    throw new ApiError("SerializationException", `malformed request: ${(error as Error).message}`);
  }
}

function unknownOperation(route: Route, request: WireRequest): ApiError {
  const name = route.operation || `${request.method} ${request.url.pathname}`;
  const service = route.entry?.signingName;
  if (!service) {
    const code = route.form ? "InvalidAction" : "UnknownOperationException";
    return new ApiError(code, `The sandbox does not have the service ${route.signingName}: it cannot do ${name}`);
  }
  if (!route.form)
    return new ApiError("UnknownOperationException", `The sandbox does not know the operation ${service}:${name}`);
  const version = route.form.get("Version") ?? "";
  return new ApiError("InvalidAction", `The action ${name} is not valid for this web service (version ${version}).`);
}

const notImplemented = (model: ServiceModel, operation: OperationModel): ApiError =>
  new ApiError("NotImplemented", `The sandbox does not implement ${model.signingName}:${operation.name}`, 501);
