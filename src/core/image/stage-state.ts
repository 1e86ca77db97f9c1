import path from "node:path";
import { dockerfileError } from "./dockerfile-lines.ts";
import { expandWord, splitWords, WordError } from "./dockerfile-words.ts";
import type { Instruction } from "./dockerfile.ts";
import type { BuiltLayer, LayerEntry } from "./layer.ts";
import type { ContainerConfig, Descriptor, ImageConfig } from "./oci.ts";

/** The image that a build begins with. Its layers stay where they are until they are copied to the registry. */
export interface BaseImage {
  config: ImageConfig;
  layers: Descriptor[];
  /** A layer's bytes, verified as they pass. */
  open(layer: Descriptor): Promise<NodeJS.ReadableStream>;
}

/** One stage while its instructions are carried out. */
export interface StageState {
  /** For messages. */
  file: string;
  escape: string;
  base: BaseImage | undefined;
  /** The base is `scratch`: nothing is missing, whatever `base` says. */
  image: Omit<ImageConfig, "config" | "rootfs" | "history">;
  config: ContainerConfig;
  env: Map<string, string>;
  args: Map<string, string>;
  layers: BuiltLayer[];
  history: NonNullable<ImageConfig["history"]>;
  /** What this stage's own layers hold, by path in the image without the leading `/`. */
  files: Map<string, LayerEntry>;
  /** CMD was set in this Dockerfile, so ENTRYPOINT leaves it. */
  ownCommand: boolean;
}

/** Expands a word with the stage's variables: ENV comes before ARG. */
export function expand(state: StageState, { line }: Instruction, word: string): string {
  try {
    return expandWord(word, (name) => state.env.get(name) ?? state.args.get(name), state.escape);
  } catch (error) {
    if (error instanceof WordError) throw dockerfileError(state.file, line, error.message);
    throw error;
  }
}

/** The words of an instruction's text (or of its JSON form), expanded. */
export function expandWords(state: StageState, instruction: Instruction): string[] {
  const words = instruction.json ?? splitWords(instruction.text, state.escape);
  return words.map((word) => expand(state, instruction, word));
}

/** A path in the image, absolute, from the working directory when it is relative. Keeps a slash at the end. */
export function resolveInImage(state: StageState, target: string): string {
  const resolved = path.posix.resolve("/", state.config.WorkingDir ?? "/", target);
  const folder = /(^|\/)\.?$/.test(target);
  return folder && resolved !== "/" ? `${resolved}/` : resolved;
}
