// The SDK's codecs are young: every import of them is in this file, and nowhere else.
import { XmlShapeSerializer } from "@aws-sdk/core/protocols";
import { CborCodec } from "@smithy/core/cbor";
import { FromStringShapeDeserializer, JsonCodec2 } from "@smithy/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";

/** A shape of a service's model: a structure, a list, a string … */
export type Shape = NormalizedSchema;
export type ShapeReference = Parameters<typeof NormalizedSchema.of>[0];
/** A structure's members by name. */
export type Members = Record<string, unknown>;

/** Smithy's numbers for the timestamp formats. */
const dateTime = 5;
const epochSeconds = 7;
/** Smithy's number for "any document". */
const documentSchema = 15;

const jsonTimes = { timestampFormat: { useTrait: true, default: epochSeconds } } as const;
const json = new JsonCodec2({ ...jsonTimes, jsonName: false });
const restJson = new JsonCodec2({ ...jsonTimes, jsonName: true, httpBindings: true });
const cbor = new CborCodec();
const xmlTimes = { timestampFormat: { useTrait: true, default: dateTime } } as const;
const formText = new FromStringShapeDeserializer({ ...xmlTimes, httpBindings: false });
const httpText = new FromStringShapeDeserializer({ ...xmlTimes, httpBindings: true });
const xmlSettings = { ...xmlTimes, httpBindings: false, xmlNamespace: "", serviceNamespace: "" };

export const shapeOf = (reference: ShapeReference): Shape => NormalizedSchema.of(reference);

/** Reads the body of an AWS JSON request; no body is an empty structure. */
export async function readJson(shape: Shape, text: string): Promise<Members> {
  return (await json.createDeserializer().read(shape, text || "{}")) as Members;
}

export async function readRestJson(shape: Shape, text: string): Promise<Members> {
  return (await restJson.createDeserializer().read(shape, text || "{}")) as Members;
}

export async function readCbor(shape: Shape, bytes: Uint8Array): Promise<Members> {
  return bytes.length === 0 ? {} : ((await cbor.createDeserializer().read(shape, bytes)) as Members);
}

/** Reads a scalar from the text that a form field holds. */
export const readFormText = (shape: Shape, text: string): unknown => formText.read(shape, text) as unknown;
/** Reads a scalar from a path label, a query parameter or a header. */
export const readHttpText = (shape: Shape, text: string): unknown => httpText.read(shape, text) as unknown;

export function writeJson(shape: Shape, value: unknown): Uint8Array {
  const serializer = json.createSerializer();
  serializer.write(shape, value);
  return plainBytes(serializer.flush());
}

export function writeRestJson(shape: Shape, value: unknown): Uint8Array {
  const serializer = restJson.createSerializer();
  serializer.write(shape, value);
  return plainBytes(serializer.flush());
}

export function writeCbor(shape: Shape, value: unknown): Uint8Array {
  const serializer = cbor.createSerializer();
  serializer.write(shape, value);
  return serializer.flush() as Uint8Array;
}

/** Plain data without a schema, for errors over CBOR. */
export const writeCborDocument = (value: unknown): Uint8Array => writeCbor(shapeOf(documentSchema), value);

/** The members of a structure as XML, without the element around them. */
export function writeXmlMembers(shape: Shape, value: unknown): string {
  if (shape.isUnitSchema()) return "";
  const serializer = new XmlShapeSerializer(xmlSettings);
  serializer.write(shape, value ?? {});
  return String(serializer.flush()).replace(/^<[^>]*\/>$|^<[^>]*>|<\/[^>]*>$/g, "");
}

export function escapeXml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** The JSON codec's bytes also answer to string methods, with a warning for each; plain ones do not. */
const plainBytes = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
