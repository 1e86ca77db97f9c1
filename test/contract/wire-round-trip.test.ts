import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { catalog, type CatalogEntry } from "../../src/sandbox/services/catalog.ts";
import type { Members, Shape } from "../../src/sandbox/wire/codecs.ts";
import { type OperationModel, readModel } from "../../src/sandbox/wire/model.ts";
import { comparable, ShapeValues } from "../support/shape-values.ts";
import { startWire, type WireServer } from "../support/wire-server.ts";

interface AnyClient {
  send(command: unknown): Promise<Members>;
  destroy(): void;
}
type AnyClientClass = new (config: object) => AnyClient;

/** CloudWatch's clients speak three protocols, by their age; the others one. */
const dialects: { signingName: string; protocol: unknown; name: string }[] = [
  { signingName: "monitoring", protocol: AwsQueryProtocol, name: "Query" },
  { signingName: "monitoring", protocol: AwsSmithyRpcV2CborProtocol, name: "CBOR" },
];

/** SQS's client checks what was made up: the MD5 of bodies. */
const unchecked: Readonly<Record<string, object>> = { sqs: { md5: false } };
/** Members that send a request somewhere else than to the endpoint. */
const leading: Readonly<Record<string, string>> = { PutEvents: "EndpointId" };

/** Every operation of every service, sent by the SDK's own client with made-up input and answered with made-up output. */
describe("every operation goes over the wire and back unchanged", () => {
  let wire: WireServer;
  /** What the dispatcher read, and what it is to answer. */
  const exchange: { received?: Members; answer: Members } = { answer: {} };

  before(async () => {
    wire = await startWire((_operation, input) => {
      exchange.received = input;
      return exchange.answer;
    });
  });
  after(() => wire.close());

  for (const entry of catalog)
    it(`${entry.signingName}`, () => roundTripAll(entry, unchecked[entry.signingName] ?? {}));
  for (const { signingName, protocol, name } of dialects)
    it(`${signingName} over ${name}`, async () => {
      const entry = catalog.find((candidate) => candidate.signingName === signingName);
      assert.ok(entry, `${signingName} is in the catalogue`);
      await roundTripAll(entry, { protocol });
    });

  async function roundTripAll(entry: CatalogEntry, settings: object): Promise<void> {
    const { service } = await entry.load();
    const model = readModel(entry, service);
    const Client = service.Client as unknown as AnyClientClass;
    const client = new Client({
      ...wire.settings,
      disableRequestCompression: true,
      ...settings,
    });
    const values = new ShapeValues(7);
    const differing: string[] = [];
    let passed = 0;
    for (const operation of model.operations.values()) {
      if (streams(operation.input) || streams(operation.output)) continue;
      const difference = await roundTrip(client, service.module, operation, values);
      if (difference) differing.push(`${operation.name}: ${difference}`);
      else passed++;
    }
    client.destroy();
    assert.deepEqual(differing, []);
    assert.ok(passed > 0);
  }

  async function roundTrip(
    client: AnyClient,
    module: object,
    operation: OperationModel,
    values: ShapeValues,
  ): Promise<string | undefined> {
    const input = values.members(operation.input);
    delete input[leading[operation.name] ?? ""];
    const output = values.members(operation.output);
    exchange.answer = output;
    delete exchange.received;
    const Command = (module as Record<string, new (input: object) => unknown>)[`${operation.name}Command`];
    assert.ok(Command, operation.name);
    try {
      const result = await client.send(new Command(structuredClone(input)));
      assert.deepEqual(comparable(exchange.received), comparable(input), "the input");
      assert.deepEqual(comparable(result), comparable(output), "the output");
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
});

const streams = (shape: Shape): boolean => shape.isStructSchema() && shape.getEventStreamMember() !== "";
