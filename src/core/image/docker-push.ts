import { createInterface } from "node:readline";
import { Agent, request } from "undici";
import type { Context } from "../context.ts";
import { awsError, configError } from "../errors.ts";
import { runCommand } from "./engine-command.ts";
import type { Credentials } from "./registry-auth.ts";

interface PushLine {
  id?: string;
  status?: string;
  error?: string;
  aux?: { Digest?: string };
}

export interface EnginePush {
  digest: string;
  layers: { pushed: number; existing: number };
}

/**
 * Lets Docker push through its HTTP API: the token goes in one request's header over the engine's own socket, so it
 * appears in no argument list and no configuration file.
 */
export async function pushWithDocker(
  context: Context,
  image: { repository: string; tag: string },
  credentials: Credentials,
): Promise<EnginePush> {
  const { origin, socketPath } = await findDocker(context);
  const dispatcher = new Agent(socketPath === undefined ? {} : { connect: { socketPath } });
  const auth = { ...credentials, serveraddress: image.repository.split("/")[0] };
  try {
    const address = `${origin}/images/${image.repository}/push?tag=${encodeURIComponent(image.tag)}`;
    const answer = await request(address, {
      method: "POST",
      dispatcher,
      headers: { "x-registry-auth": encodeAuth(auth) },
      signal: context.signal,
      bodyTimeout: 0,
      headersTimeout: 0,
    });
    if (answer.statusCode !== 200)
      throw pushFailed(image.repository, ((await answer.body.json()) as { message: string }).message);
    return await followPush(context, image.repository, createInterface({ input: answer.body }));
  } finally {
    await dispatcher.destroy();
  }
}

/** The URL alphabet with padding: without it, Docker takes the header for none. */
function encodeAuth(auth: object): string {
  return Buffer.from(JSON.stringify(auth)).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

async function followPush(context: Context, repository: string, lines: AsyncIterable<string>): Promise<EnginePush> {
  const layers = new Map<string, boolean>();
  let digest: string | undefined;
  for await (const text of lines) {
    if (text.trim() === "") continue;
    const line = JSON.parse(text) as PushLine;
    if (line.error !== undefined) throw pushFailed(repository, line.error);
    digest = line.aux?.Digest ?? digest;
    if (line.id === undefined || !/^(Pushed|Layer already exists|Mounted from)/.test(line.status ?? "")) continue;
    layers.set(line.id, line.status === "Pushed");
    context.emit({ type: "progress", id: "push", message: `layer ${line.id}`, done: layers.size, total: layers.size });
  }
  if (digest === undefined) throw pushFailed(repository, "the engine told no digest");
  const pushed = [...layers.values()].filter(Boolean).length;
  return { digest, layers: { pushed, existing: layers.size - pushed } };
}

const pushFailed = (repository: string, why: string): Error =>
  awsError({ code: "PushFailed", message: `docker could not push ${repository}.`, why });

/** Where Docker's API listens: `DOCKER_HOST`, else the current context of the command line. */
async function findDocker({ env, signal }: Context): Promise<{ origin: string; socketPath?: string }> {
  const host = env["DOCKER_HOST"] || (await currentContextHost(env, signal));
  const [, scheme = "", place = ""] = /^(\w+):\/\/(.*)$/.exec(host) ?? [];
  if (scheme === "unix" || scheme === "npipe") return { origin: "http://docker", socketPath: place };
  if (scheme === "tcp" && !env["DOCKER_TLS_VERIFY"]) return { origin: `http://${place}` };
  throw configError({
    code: "EngineUnsupported",
    message: `The Docker engine is at ${host}; ecsctl pushes through a local engine's socket only.`,
    hint: "ecsctl push --engine builtin",
  });
}

async function currentContextHost(env: Context["env"], signal: AbortSignal): Promise<string> {
  const format = "{{.Endpoints.docker.Host}}";
  const { code, output } = await runCommand("docker", ["context", "inspect", "--format", format], { signal, env });
  return (code === 0 && output.find((line) => line.includes("://"))) || "unix:///var/run/docker.sock";
}
