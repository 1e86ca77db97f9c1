import { readFile } from "node:fs/promises";
import path from "node:path";
import { assembleImage, type BuiltImage } from "./assemble-image.ts";
import { asContext, type ContextFiles, readContext } from "./context-files.ts";
import { planCopy, type CopySource } from "./copy-instruction.ts";
import { dockerfileError } from "./dockerfile-lines.ts";
import { type Dockerfile, type Instruction, parseDockerfile } from "./dockerfile.ts";
import { writeLayer } from "./layer.ts";
import { metadataInstructions } from "./metadata-instructions.ts";
import type { ImageConfig, Platform } from "./oci.ts";
import { type BaseImage, expand, type StageState } from "./stage-state.ts";
import { findStage, readArguments, splitStages, type Stage, type Stages } from "./stages.ts";

export interface BuildOptions {
  /** Absolute folder that the Dockerfile sees. */
  context: string;
  /** Absolute path of the Dockerfile. */
  dockerfile: string;
  /** The Dockerfile as messages name it. */
  label: string;
  platform: Platform;
  buildArgs: Readonly<Record<string, string>>;
  /** Date of everything in the image, in seconds since the epoch. */
  modified: number;
  /** Folder for the layers' files; the caller removes it. */
  workDir: string;
  /** Finds what FROM names; undefined lets the build go on without the base's layers. */
  findBase: (reference: string, platform: Platform, line: number) => Promise<BaseImage | undefined>;
}

interface Build {
  options: BuildOptions;
  dockerfile: Dockerfile;
  stages: Stages;
  context: ContextFiles;
  automatic: Record<string, string>;
  done: Map<number, StageState>;
}

/**
 * Builds without an engine: an OCI image whose bytes depend only on the files, the Dockerfile, the base and the build
 * arguments. RUN, and what else needs a running container or the base's files, is refused with file and line (exit 3).
 */
export async function buildImage(options: BuildOptions): Promise<BuiltImage> {
  const dockerfile = parseDockerfile(options.label, await readFile(options.dockerfile, "utf8"));
  const automatic = platformArguments(options.platform);
  const build: Build = {
    options,
    dockerfile,
    stages: splitStages(dockerfile, options.buildArgs, automatic),
    context: await readContext(options.context, options.dockerfile),
    automatic,
    done: new Map(),
  };
  const last = build.stages.stages.at(-1);
  if (!last) throw dockerfileError(options.label, 1, "found no FROM, expected at least one");
  return assembleImage(await buildStage(build, last), options.modified);
}

function platformArguments({ os, architecture, variant = "" }: Platform): Record<string, string> {
  const platform = [os, architecture, variant].filter(Boolean).join("/");
  return {
    TARGETPLATFORM: platform,
    TARGETOS: os,
    TARGETARCH: architecture,
    TARGETVARIANT: variant,
    BUILDPLATFORM: platform,
    BUILDOS: os,
    BUILDARCH: architecture,
    BUILDVARIANT: variant,
  };
}

async function buildStage(build: Build, stage: Stage): Promise<StageState> {
  const existing = build.done.get(stage.index);
  if (existing) return existing;
  // Before anything is downloaded: what cannot be built here is known from the text alone.
  refuseRun(build, stage);
  const state = await beginStage(build, stage);
  for (const instruction of stage.instructions) await carryOut(build, stage, state, instruction);
  build.done.set(stage.index, state);
  return state;
}

function refuseRun({ dockerfile }: Build, { instructions }: Stage): void {
  const run = instructions.find(({ name }) => name === "RUN");
  if (run)
    throw dockerfileError(
      dockerfile.file,
      run.line,
      "RUN needs a container engine; the builtin builder only copies files",
      {
        code: "EngineNeeded",
        hint: "ecsctl push --engine docker",
      },
    );
}

async function beginStage(build: Build, stage: Stage): Promise<StageState> {
  const { options, dockerfile, stages } = build;
  const parent = findStage(stages, stage.from, stage.index);
  if (parent) return inherit(await buildStage(build, parent));
  const [os, architecture, variant] = stage.platform?.split("/") ?? [];
  const platform = os && architecture ? { os, architecture, variant } : options.platform;
  const base = stage.from === "scratch" ? undefined : await options.findBase(stage.from, platform, stage.line);
  const { rootfs: _rootfs, history, config, ...image } = base?.config ?? ({} as Partial<ImageConfig>);
  const onBuild = config?.OnBuild?.[0];
  if (onBuild !== undefined)
    throw dockerfileError(
      dockerfile.file,
      stage.line,
      `${stage.from} runs ${JSON.stringify(onBuild)} in each build from it (ONBUILD), which needs an engine`,
      {
        code: "EngineNeeded",
        hint: "ecsctl push --engine docker",
      },
    );
  return {
    file: dockerfile.file,
    escape: dockerfile.escape,
    base,
    image: {
      ...image,
      os: platform.os,
      architecture: platform.architecture,
      ...(platform.variant ? { variant: platform.variant } : {}),
    },
    config: structuredClone(config ?? {}),
    env: new Map(
      (config?.Env ?? []).map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    ),
    args: new Map(),
    layers: [],
    history: [...(history ?? [])],
    files: new Map(),
    ownCommand: false,
  };
}

/** A stage FROM another goes on where that one ended; arguments do not come along. */
function inherit(parent: StageState): StageState {
  return {
    ...parent,
    image: { ...parent.image },
    config: structuredClone(parent.config),
    env: new Map(parent.env),
    args: new Map(),
    layers: [...parent.layers],
    history: [...parent.history],
    files: new Map(parent.files),
  };
}

async function carryOut(build: Build, stage: Stage, state: StageState, instruction: Instruction): Promise<void> {
  const created = new Date(build.options.modified * 1000).toISOString();
  const note = { created, created_by: `${instruction.name} ${instruction.text}`, comment: "ecsctl" };
  if (instruction.name === "COPY" || instruction.name === "ADD") {
    const entries = await planCopy(state, instruction, await sourceOf(build, stage, state, instruction));
    if (entries.length === 0) return;
    for (const entry of entries) state.files.set(entry.path, entry);
    const file = path.join(build.options.workDir, `layer-${stage.index}-${state.layers.length}.tar.gz`);
    state.layers.push(await writeLayer(file, entries, build.options.modified));
    state.history.push(note);
    return;
  }
  if (instruction.name === "ARG") setArguments(build, state, instruction);
  else metadataInstructions[instruction.name]?.(state, instruction);
  state.history.push({ ...note, empty_layer: true });
}

/** A stage sees an argument once it declares it: `--build-arg`, its own default, the global one, the platform's. */
function setArguments(
  { options, stages, automatic, dockerfile }: Build,
  state: StageState,
  instruction: Instruction,
): void {
  const lookup = (name: string) => state.env.get(name) ?? state.args.get(name);
  for (const [name, own] of readArguments(instruction, dockerfile.escape, lookup)) {
    const value = options.buildArgs[name] ?? own ?? stages.globals.get(name) ?? automatic[name];
    if (value !== undefined) state.args.set(name, value);
  }
}

async function sourceOf(build: Build, stage: Stage, state: StageState, instruction: Instruction): Promise<CopySource> {
  const given = instruction.flags["from"];
  if (given === undefined) return { files: build.context, dir: build.options.context, what: "the build context" };
  const from = expand(state, instruction, given);
  const other = findStage(build.stages, from, stage.index);
  if (!other)
    throw dockerfileError(
      state.file,
      instruction.line,
      `COPY --from=${from} names no stage before this one; copying from an image needs an engine`,
      {
        code: "EngineNeeded",
        hint: "ecsctl push --engine docker",
      },
    );
  const { files } = await buildStage(build, other);
  return {
    files: asContext(files),
    dir: undefined,
    what: `what stage ${from} copied (its base's files need an engine)`,
  };
}
