import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { usageError } from "../errors.ts";
import { buildAndPush } from "../image/build-and-push.ts";
import { openRegistry } from "../image/open-registry.ts";
import { parsePlatform, type Platform } from "../image/oci.ts";
import { ecrRepository } from "../resources/ecr-repository.ts";
import { ownTags } from "../resources/tags.ts";

export interface PushOptions {
  /** Default: `image.tag` of the configuration. */
  tag?: string | undefined;
  /** One of `engineChoices`; default `auto`. */
  engine?: string | undefined;
  platform?: string | undefined;
  buildArgs?: Readonly<Record<string, string>> | undefined;
  noCache?: boolean | undefined;
  /** Leaves the base image's layers out, without asking its registry: for a registry on this computer only. */
  omitBase?: boolean | undefined;
}

/** The document of `push --json`. */
export interface PushResult {
  /** `HOST/NAME`. */
  repository: string;
  digest: string;
  tags: string[];
  pushed: boolean;
  layers: { pushed: number; existing: number };
}

/** Makes the repository if it is missing, builds the image, and pushes what the registry does not have yet. */
export async function push(context: Context, project: Project, options: PushOptions): Promise<PushResult> {
  const { config, dir } = project;
  const { image } = config;
  const folder = path.resolve(dir, image.context);
  const source = {
    context: folder,
    dockerfile: path.resolve(folder, image.dockerfile),
    label: path.relative(process.cwd(), path.resolve(folder, image.dockerfile)),
    platform: readPlatform(options.platform ?? image.platform),
    buildArgs: options.buildArgs ?? {},
    noCache: options.noCache ?? false,
    omitBase: options.omitBase ?? false,
  };
  const workDir = await mkdtemp(path.join(tmpdir(), "ecsctl-push-"));
  try {
    const prepare = async () => {
      const { uri } = await ensureRepository(context, project);
      const registry = await openRegistry(context);
      return { ...registry, uri };
    };
    const tag = options.tag ?? image.tag;
    const { uri, ...outcome } = await buildAndPush(context, {
      source,
      tag,
      engine: options.engine ?? "auto",
      workDir,
      prepare,
    });
    return { repository: uri, ...outcome };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

function readPlatform(text: string): Platform {
  const platform = parsePlatform(text);
  if (platform) return platform;
  throw usageError({
    code: "InvalidPlatform",
    message: `The platform ${JSON.stringify(text)} is not OS/ARCHITECTURE.`,
    hint: "linux/amd64, or linux/arm64 for Graviton instances (--platform, image.platform in ecsctl.yaml)",
  });
}

/** The app's repository, made or completed. */
async function ensureRepository(context: Context, { config }: Project): Promise<{ uri: string }> {
  const { aws, emit } = context;
  const spec = { name: config.image.repository, tags: ownTags(config.app, config.tags) };
  const step = { type: "step", id: `${ecrRepository.kind}/${spec.name}`, title: `repository ${spec.name}` } as const;
  const live = await ecrRepository.read(aws, spec);
  if (live?.uri !== undefined) return { uri: live.uri };
  emit({ ...step, action: "create", status: "started" });
  const { uri } = await ecrRepository.create(aws, spec);
  if (uri === undefined) throw new Error(`ECR told no address of repository ${spec.name}.`);
  emit({ ...step, action: "create", status: "done", detail: uri });
  return { uri };
}
