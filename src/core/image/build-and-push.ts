import type { Context } from "../context.ts";
import { awsError, configError } from "../errors.ts";
import { BaseUnreachable, openBaseImage } from "./base-image.ts";
import type { BuildSource } from "./build-source.ts";
import { buildImage } from "./builtin.ts";
import { pushWithDocker } from "./docker-push.ts";
import { saveFromEngine } from "./engine-archive.ts";
import { buildWithEngine, requireDockerfile } from "./engine-build.ts";
import { chooseEngine, type EngineName } from "./engines.ts";
import { isNetworkError } from "./network-error.ts";
import type { Platform } from "./oci.ts";
import type { OpenRegistry } from "./open-registry.ts";
import { pushImage, type PushOutcome } from "./push-image.ts";
import { isLoopback } from "./reference.ts";
import { RegistryRefusal } from "./registry-client.ts";
import type { BaseImage } from "./stage-state.ts";

/** The registry, and our repository in it. */
export interface Destination extends OpenRegistry {
  /** `HOST/NAME` */
  uri: string;
}

export interface BuildAndPush {
  source: BuildSource;
  tag: string;
  engine: string;
  /** Ours alone; the caller removes it. */
  workDir: string;
  /** Makes the repository and opens the registry; not asked before the Dockerfile has been understood. */
  prepare: () => Promise<Destination>;
}

export type BuildAndPushResult = PushOutcome & { uri: string; tags: string[] };

const hostOf = (uri: string): string => uri.slice(0, uri.indexOf("/"));
const nameOf = (uri: string): string => uri.slice(uri.indexOf("/") + 1);
/** The tag that says what is inside, so that a tag which moves never decides what runs. */
const contentTag = (digest: string): string => `sha-${digest.slice("sha256:".length, "sha256:".length + 12)}`;

/** Builds with an engine or without, and pushes under the tag and one made from the content. */
export async function buildAndPush(context: Context, given: BuildAndPush): Promise<BuildAndPushResult> {
  requireDockerfile(given.source);
  let destination: Promise<Destination> | undefined;
  const request = { ...given, prepare: () => (destination ??= given.prepare()) };
  const engine = await chooseEngine(context, given.engine);
  try {
    if (engine === "builtin") return await withoutEngine(context, request);
    return await withEngine(context, engine, request);
  } catch (error) {
    context.signal.throwIfAborted();
    throw explain(error, await destination?.catch(() => undefined), context.aws.region);
  } finally {
    await destination?.then(({ client }) => client.close()).catch(() => {});
  }
}

async function withoutEngine(
  context: Context,
  { source, tag, workDir, prepare }: BuildAndPush,
): Promise<BuildAndPushResult> {
  const bases: { close(): Promise<void> }[] = [];
  const findBase = async (reference: string, platform: Platform, line: number) => {
    const base = await findBaseImage(context, { source, prepare, reference, platform, line });
    if (base) bases.push(base);
    return base;
  };
  try {
    const modified = Number(context.env["SOURCE_DATE_EPOCH"] ?? 0);
    const image = await buildImage({ ...source, workDir, modified, findBase });
    const { client, uri } = await prepare();
    const tags = [tag, contentTag(image.digest)];
    const outcome = await pushImage(image, { client, repository: nameOf(uri), tags, emit: context.emit });
    return { ...outcome, uri, tags };
  } finally {
    await Promise.all(bases.map((base) => base.close()));
  }
}

interface BaseSearch {
  source: BuildSource;
  prepare: () => Promise<Destination>;
  reference: string;
  platform: Platform;
  line: number;
}

/** Only a registry on this computer may get an image without its base: nobody else could run it. */
async function findBaseImage(
  context: Context,
  { source, prepare, reference, platform, line }: BaseSearch,
): Promise<(BaseImage & { close(): Promise<void> }) | undefined> {
  const own = await prepare();
  const local = isLoopback(hostOf(own.uri));
  if (source.omitBase && local) {
    context.emit({
      type: "note",
      message: `${reference} is left out: the image holds only what ${source.label} copies`,
    });
    return undefined;
  }
  if (source.omitBase)
    throw configError({
      code: "BaseNeeded",
      message:
        "--omit-base makes an image that runs only where tasks are processes: the registry is not on this computer.",
    });
  try {
    return await openBaseImage({ reference, platform, file: source.label, line, signal: context.signal, own });
  } catch (error) {
    if (!(error instanceof BaseUnreachable)) throw error;
    const message = `${source.label}:${line}: the base image ${reference} could not be reached (${error.message})`;
    if (!local)
      throw configError({ code: "BaseUnreachable", message: `${message}.`, hint: "check the network and try again" });
    context.emit({
      type: "warning",
      message: `${message}; the image is pushed without the base's layers, which only a registry on this computer gets`,
      hint: "containers need the base; `ecsctl sandbox start --runtime process` does without",
    });
    return undefined;
  }
}

async function withEngine(
  context: Context,
  engine: EngineName,
  { source, tag, workDir, prepare }: BuildAndPush,
): Promise<BuildAndPushResult> {
  const { client, uri, credentials } = await prepare();
  const reference = `${uri}:${tag}`;
  await buildWithEngine(context, engine, source, reference);
  const repository = nameOf(uri);
  if (engine !== "docker") {
    const image = await saveFromEngine(context, engine, { reference, platform: source.platform, workDir });
    const tags = [tag, contentTag(image.digest)];
    return { ...(await pushImage(image, { client, repository, tags, emit: context.emit })), uri, tags };
  }
  const before = await client.headManifest(repository, tag);
  const { digest, layers } = await pushWithDocker(context, { repository: uri, tag }, credentials);
  const tags = [tag, contentTag(digest)];
  const named = await client.headManifest(repository, contentTag(digest));
  if (named !== digest) {
    const { text, mediaType } = await client.getManifest(repository, digest);
    await client.putManifest(repository, contentTag(digest), mediaType, text);
  }
  return { digest, pushed: before !== digest, layers, uri, tags };
}

/** What goes wrong with our own registry, in words that help. Errors of files (`EACCES` and the like) name a path. */
function explain(error: unknown, destination: Destination | undefined, region: string): unknown {
  if (error instanceof RegistryRefusal) return explainRefusal(error, region);
  if (!destination || !isNetworkError(error) || "path" in error) return error;
  const message = `The registry ${destination.host} could not be reached.`;
  return awsError({ code: "RegistryUnreachable", message, why: error.message || error.code, cause: error });
}

function explainRefusal(error: RegistryRefusal, region: string): Error {
  const immutable = error.message.includes("immutable");
  const denied = error.status === 403 || error.status === 401;
  const message = immutable
    ? "The tag exists already and the repository's tags are immutable."
    : "The registry refused the push.";
  return awsError({
    code: immutable ? "ImageTagAlreadyExists" : denied ? "AccessDenied" : "RegistryRefused",
    message,
    why: error.message,
    hint: immutable
      ? "push under another tag: ecsctl push --tag NAME"
      : denied
        ? `${missingStatement(error, region)}All that it takes: ecsctl iam policy --for push`
        : undefined,
    cause: error,
  });
}

/** The statement that is missing, as far as ECR said which, or the request tells. */
function missingStatement({ message, needs }: RegistryRefusal, region: string): string {
  const [, action, resource] = /is not authorized to perform: (\S+) on resource: (\S+)/.exec(message) ?? [];
  const Action = action ?? needs?.action;
  if (Action === undefined) return "";
  const Resource = resource ?? `arn:aws:ecr:${region}:*:repository/${needs?.repository}`;
  return `Add this statement to the policy: ${JSON.stringify({ Effect: "Allow", Action, Resource })}\n`;
}
