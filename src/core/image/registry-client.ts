import { createHash } from "node:crypto";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Agent, type Dispatcher, EnvHttpProxyAgent, interceptors, request } from "undici";
import { awsError } from "../errors.ts";
import { authorize, type Credentials } from "./registry-auth.ts";
import { mediaTypes, sha256 } from "./oci.ts";
import { isLoopback } from "./reference.ts";

const manifestTypes = [mediaTypes.manifest, mediaTypes.index, mediaTypes.dockerManifest, mediaTypes.dockerList];
const uploadAttempts = 3;
const redirectStatuses = [301, 302, 303, 307, 308];
const connectTimeoutMs = 10_000;

/** What a registry refused: status and the code of its first error. Never holds what was sent. */
export class RegistryRefusal extends Error {
  readonly status: number;
  readonly code: string;
  /** The permission that ECR asks for there: the answer to a HEAD has no room to say so. */
  readonly needs: { action: string; repository: string } | undefined;
  constructor(what: string, status: number, code: string, message: string, needs?: RegistryRefusal["needs"]) {
    super(`${what}: HTTP ${status}${code ? ` ${code}` : ""}${message ? `: ${message}` : ""}`);
    this.name = "RegistryRefusal";
    this.status = status;
    this.code = code;
    this.needs = needs;
  }
}

export interface Manifest {
  text: string;
  digest: string;
  mediaType: string;
}

export interface RegistryClientOptions {
  /** `https://123456789012.dkr.ecr.us-east-1.amazonaws.com` */
  origin: string;
  /** Sent to this origin only; kept in memory only. Without them, a token for the public is asked for. */
  credentials?: Credentials | undefined;
  signal: AbortSignal;
}

type Answer = Dispatcher.ResponseData;

/** The OCI distribution API of one registry. */
export class RegistryClient {
  readonly origin: string;
  private readonly options: RegistryClientOptions;
  private readonly dispatcher: Dispatcher;
  /** By scope; what the registry's token service gave. */
  private readonly bearer = new Map<string, string>();

  constructor(options: RegistryClientOptions) {
    const { protocol, host, origin } = new URL(options.origin);
    if (protocol !== "https:" && !isLoopback(host)) throw new Error(`the registry ${origin} does not use HTTPS`);
    this.origin = origin;
    this.options = options;
    const connect = { timeout: connectTimeoutMs };
    const agent = isLoopback(host) ? new Agent({ connect }) : new EnvHttpProxyAgent({ connect });
    // Reading may be repeated as it is; uploads are repeated from their first byte, by `uploadBlob`.
    this.dispatcher = agent.compose(
      interceptors.retry({ maxRetries: 2, methods: ["GET", "HEAD"], statusCodes: [429, 502, 503, 504] }),
    );
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  /** The digest behind a tag; undefined when there is none. */
  async headManifest(repository: string, reference: string): Promise<string | undefined> {
    const headers = { accept: manifestTypes.join(", ") };
    const answer = await this.send(repository, "HEAD", `/v2/${repository}/manifests/${reference}`, { headers });
    await answer.body.dump();
    if (answer.statusCode === 404) return undefined;
    const needs = { action: "ecr:BatchGetImage", repository };
    if (answer.statusCode >= 400) throw await refusal(`manifest ${repository}:${reference}`, answer, needs);
    return header(answer, "docker-content-digest");
  }

  async getManifest(repository: string, reference: string): Promise<Manifest> {
    const headers = { accept: manifestTypes.join(", ") };
    const answer = await this.send(repository, "GET", `/v2/${repository}/manifests/${reference}`, { headers });
    if (answer.statusCode !== 200) throw await refusal(`manifest ${repository}:${reference}`, answer);
    const text = await answer.body.text();
    const digest = sha256(text);
    if (reference.startsWith("sha256:") && reference !== digest) throw mismatch(this.origin, digest, reference);
    const own = (JSON.parse(text) as { mediaType?: string }).mediaType;
    return { text, digest, mediaType: own ?? header(answer, "content-type")?.split(";")[0] ?? mediaTypes.manifest };
  }

  async hasBlob(repository: string, digest: string): Promise<boolean> {
    const answer = await this.send(repository, "HEAD", `/v2/${repository}/blobs/${digest}`, {});
    await answer.body.dump();
    if (answer.statusCode === 404) return false;
    const needs = { action: "ecr:BatchCheckLayerAvailability", repository };
    if (answer.statusCode >= 400) throw await refusal(`layer ${digest}`, answer, needs);
    return true;
  }

  /** A blob's bytes; the stream fails at its end when they are not what `digest` says. */
  async getBlob(repository: string, digest: string): Promise<NodeJS.ReadableStream> {
    let answer = await this.send(repository, "GET", `/v2/${repository}/blobs/${digest}`, {});
    for (let hops = 0; redirectStatuses.includes(answer.statusCode) && hops < 5; hops++) {
      await answer.body.dump();
      // The storage behind a registry gets the address it was given, and no credentials of ours.
      const location = new URL(header(answer, "location") ?? "", this.origin);
      answer = await request(location, { dispatcher: this.dispatcher, signal: this.options.signal });
    }
    if (answer.statusCode !== 200) throw await refusal(`layer ${digest}`, answer);
    const checked = new DigestCheck(this.origin, digest);
    pipeline(answer.body, checked).catch(() => {});
    return checked;
  }

  /** Uploads a blob as a stream, from its beginning again after a failure. */
  async uploadBlob(repository: string, digest: string, open: () => Promise<NodeJS.ReadableStream>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.uploadOnce(repository, digest, await open());
      } catch (error) {
        const passing = !(error instanceof RegistryRefusal) || error.status >= 500 || error.status === 429;
        if (!passing || attempt === uploadAttempts || this.options.signal.aborted) throw error;
      }
    }
  }

  private async uploadOnce(repository: string, digest: string, body: NodeJS.ReadableStream): Promise<void> {
    const begun = await this.send(repository, "POST", `/v2/${repository}/blobs/uploads/`, {});
    await expectStatus(`upload of ${digest}`, begun, 202);
    const headers = { "content-type": "application/octet-stream" };
    const sent = await this.send(repository, "PATCH", locationOf(begun), { headers, body: body as Transform });
    await expectStatus(`upload of ${digest}`, sent, 202);
    const place = locationOf(sent);
    const end = `${place}${place.includes("?") ? "&" : "?"}digest=${encodeURIComponent(digest)}`;
    await expectStatus(`upload of ${digest}`, await this.send(repository, "PUT", end, {}), 201);
  }

  async putManifest(repository: string, reference: string, mediaType: string, text: string): Promise<void> {
    const headers = { "content-type": mediaType };
    const address = `/v2/${repository}/manifests/${reference}`;
    await expectStatus(`tag ${reference}`, await this.send(repository, "PUT", address, { headers, body: text }), 201);
  }

  /** Sends with credentials, but never to another origin than the registry's own. */
  private async send(
    repository: string,
    method: Dispatcher.HttpMethod,
    address: string,
    more: { headers?: Record<string, string>; body?: string | Transform },
  ): Promise<Answer> {
    const url = new URL(address, this.origin);
    const own = url.origin === this.origin;
    const scope = `repository:${repository}:pull`;
    const once = (authorization: string | undefined) =>
      request(url, {
        method,
        body: more.body ?? null,
        headers: { ...more.headers, ...(authorization && own ? { authorization } : {}) },
        dispatcher: this.dispatcher,
        signal: this.options.signal,
      });
    const { credentials } = this.options;
    if (credentials)
      return await once(`Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`);
    const first = await once(this.bearer.get(scope));
    if (first.statusCode !== 401) return first;
    await first.body.dump();
    const { dispatcher } = this;
    const token = await authorize(header(first, "www-authenticate") ?? "", {
      scope,
      dispatcher,
      signal: this.options.signal,
    });
    if (token === undefined) return first;
    this.bearer.set(scope, token);
    return await once(token);
  }
}

function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const locationOf = (answer: Answer): string => header(answer, "location") ?? "";

async function expectStatus(what: string, answer: Answer, status: number): Promise<void> {
  if (answer.statusCode !== status) throw await refusal(what, answer);
  await answer.body.dump();
}

async function refusal(what: string, answer: Answer, needs?: RegistryRefusal["needs"]): Promise<RegistryRefusal> {
  const text = await answer.body.text().catch(() => "");
  try {
    const [first] = (JSON.parse(text) as { errors: { code: string; message: string }[] }).errors;
    return new RegistryRefusal(what, answer.statusCode, first?.code ?? "", first?.message ?? "", needs);
  } catch {
    return new RegistryRefusal(what, answer.statusCode, "", "", needs);
  }
}

const mismatch = (origin: string, found: string, wanted: string): Error =>
  awsError({
    code: "DigestMismatch",
    message: `The registry ${origin} gave ${found} for ${wanted}.`,
    why: "What arrived is not what the image names: it was damaged or changed on the way.",
    hint: "try again; if it stays, do not use this image",
  });

/** Passes bytes on and fails at the end when they are not the ones that were asked for. */
class DigestCheck extends Transform {
  private readonly hash = createHash("sha256");
  private readonly origin: string;
  private readonly digest: string;

  constructor(origin: string, digest: string) {
    super();
    this.origin = origin;
    this.digest = digest;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.hash.update(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const found = `sha256:${this.hash.digest("hex")}`;
    done(found === this.digest ? null : mismatch(this.origin, found, this.digest));
  }
}
