import { existsSync } from "node:fs";
import type { Context } from "../context.ts";
import { configError } from "../errors.ts";
import type { BuildSource } from "./build-source.ts";
import { runCommand } from "./engine-command.ts";
import type { EngineName } from "./engines.ts";

/** `Step 1/5 : FROM …` of Docker's old builder, `#5 [2/3] COPY …` of BuildKit, `STEP 1/5: …` of Podman and Buildah. */
const stepLine = /^(step \d+\/\d+|#\d+ \[)/i;

/** Builds with an engine and gives the image the name `reference`. A failed build ends with the engine's own last words. */
export async function buildWithEngine(
  context: Context,
  engine: EngineName,
  source: BuildSource,
  reference: string,
): Promise<void> {
  const { emit, signal, env } = context;
  requireDockerfile(source);
  const { os, architecture, variant } = source.platform;
  const args = [
    "build",
    `--platform=${[os, architecture, variant].filter(Boolean).join("/")}`,
    `--file=${source.dockerfile}`,
    `--tag=${reference}`,
    ...(source.noCache ? ["--no-cache"] : []),
    ...Object.entries(source.buildArgs).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
    source.context,
  ];
  const onLine = (line: string) => {
    if (stepLine.test(line)) emit({ type: "waiting", id: "build", message: `${engine}: ${line}`, elapsedSeconds: 0 });
  };
  // Attestations would make each build another image, and ECS has no use for them.
  const engineEnv = { ...env, BUILDX_NO_DEFAULT_ATTESTATIONS: "1", BUILDKIT_PROGRESS: "plain" };
  const { code, output } = await runCommand(engine, args, { signal, onLine, env: engineEnv });
  if (code === 0) return;
  const why = lastWords(output);
  throw configError({
    code: "BuildFailed",
    message: `${engine} could not build ${source.label} (exit code ${code}).`,
    why,
    hint: unreached.test(why)
      ? "check the network; a Dockerfile that only copies files needs none for the sandbox's registry: ecsctl push --engine builtin"
      : undefined,
  });
}

/** How engines say that a registry cannot be reached. */
const unreached =
  /no such host|dial tcp|i\/o timeout|network is unreachable|TLS handshake timeout|connection (refused|reset)|Client\.Timeout/i;

/** What Docker says at every build by its old builder. */
const noise =
  /^(DEPRECATED: The legacy builder|\s+Install the buildx component|\s+https:\/\/docs\.docker\.com\/go\/buildx|Sending build context)/;

/** The end of an engine's output, without what it always says. */
const lastWords = (output: readonly string[]): string =>
  output
    .filter((line) => line.trim() !== "" && !noise.test(line))
    .slice(-8)
    .join("\n");

/** The same words for every builder. */
export function requireDockerfile({ dockerfile, label }: { dockerfile: string; label: string }): void {
  if (existsSync(dockerfile)) return;
  throw configError({
    code: "DockerfileNotFound",
    message: `There is no Dockerfile at ${label}.`,
    hint: "write one, name it in ecsctl.yaml (image.dockerfile), or start from a template: ecsctl init",
  });
}
