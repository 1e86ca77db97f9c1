import type { CatalogEntry } from "../services/catalog.ts";
import type { Call, ServiceModule } from "./api.ts";
import { type Shape, type ShapeReference, shapeOf } from "./codecs.ts";

/** An operation as the client modules export it: `[9, namespace, name, traits, input, output]`. */
type OperationSchema = readonly [
  9,
  string,
  string,
  { http?: [string, string, number] },
  ShapeReference,
  ShapeReference,
];
/** An error or structure: `[-3 or 3, namespace, name, traits, member names, …]`. */
type ErrorSchema = readonly [-3, string, string, object, readonly string[], ...unknown[]];
interface ProtocolSettings {
  xmlNamespace?: string;
  awsQueryCompatible?: boolean;
  errorTypeRegistries?: readonly { exceptions: Map<ErrorSchema, unknown> }[];
}
interface ClientConfig {
  serviceId: string;
  protocolSettings: ProtocolSettings;
  protocol: { getShapeId(): string };
}

/** REST operations are found by method and path. */
export interface HttpRoute {
  method: string;
  pattern: RegExp;
  labels: string[];
  status: number;
}
export interface OperationModel {
  name: string;
  input: Shape;
  output: Shape;
  http?: HttpRoute | undefined;
}
export interface ErrorModel {
  name: string;
  /** `com.amazonaws.ecs#ClusterNotFoundException`. */
  id: string;
  shape: Shape;
  members: readonly string[];
}
type AnyHandler = (input: unknown, call: Call) => unknown;

/** Everything about one service that answering a request takes. */
export interface ServiceModel {
  id: string;
  signingName: string;
  xmlNamespace: string;
  /** Query-speaking services differ from EC2 in how lists are named. */
  form: "query" | "ec2";
  queryCompatible: boolean;
  operations: Map<string, OperationModel>;
  errors: Map<string, ErrorModel>;
  handlers: Record<string, AnyHandler | undefined>;
}

/** Reads a service's model out of the schemas that its SDK client carries at run time. */
export function readModel(entry: CatalogEntry, service: ServiceModule): ServiceModel {
  const config = new service.Client({
    region: "us-east-1",
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
  }).config as ClientConfig;
  const settings = config.protocolSettings;
  const operations = Object.values(service.module).filter(isOperation).map(readOperation);
  const errors = (settings.errorTypeRegistries ?? []).flatMap((registry) => [...registry.exceptions.keys()]);
  return {
    id: config.serviceId,
    signingName: entry.signingName,
    xmlNamespace: settings.xmlNamespace ?? "",
    form: config.protocol.getShapeId().endsWith("ec2Query") ? "ec2" : "query",
    queryCompatible: settings.awsQueryCompatible ?? false,
    operations: new Map(operations.map((operation) => [operation.name, operation])),
    errors: new Map(errors.map((schema) => [schema[2], readError(schema)])),
    handlers: service.handlers as ServiceModel["handlers"],
  };
}

const isOperation = (value: unknown): value is OperationSchema => Array.isArray(value) && value[0] === 9;

function readOperation(schema: OperationSchema): OperationModel {
  const [, , name, traits, input, output] = schema;
  return { name, input: shapeOf(input), output: shapeOf(output), http: traits.http && readRoute(traits.http) };
}

function readRoute([method, uri, status]: [string, string, number]): HttpRoute {
  const labels: string[] = [];
  const path = (uri.split("?")[0] ?? "")
    .replace(/[.*+^$()|[\]\\]/g, String.raw`\$&`)
    .replace(/\{(\w+)(\+?)\}/g, (_match, label: string, greedy: string) => {
      labels.push(label);
      return greedy ? "(.+)" : "([^/]+)";
    });
  return { method, pattern: new RegExp(`^${path}/?$`), labels, status };
}

const readError = (schema: ErrorSchema): ErrorModel => ({
  name: schema[2],
  id: `${schema[1]}#${schema[2]}`,
  shape: shapeOf(schema as ShapeReference),
  members: schema[4],
});
