import { dockerfileError } from "./dockerfile-lines.ts";
import { expandWord, splitWords } from "./dockerfile-words.ts";
import type { Dockerfile, Instruction } from "./dockerfile.ts";

export interface Stage {
  index: number;
  /** After `AS`, in lower case. */
  name: string | undefined;
  /** What `FROM` names: an image, another stage, or `scratch`. */
  from: string;
  platform: string | undefined;
  line: number;
  instructions: Instruction[];
}

/** The stages of a Dockerfile and its global arguments (those before the first FROM). */
export interface Stages {
  stages: Stage[];
  globals: Map<string, string>;
}

/** Cuts a Dockerfile at its FROMs. `given` are `--build-arg` values, `automatic` the platform's (`TARGETARCH`, …). */
export function splitStages(
  { file, escape, instructions }: Dockerfile,
  given: Readonly<Record<string, string>>,
  automatic: Readonly<Record<string, string>>,
): Stages {
  const globals = new Map<string, string>();
  const lookup = (name: string) => globals.get(name) ?? automatic[name];
  const stages: Stage[] = [];
  for (const instruction of instructions) {
    const stage = stages.at(-1);
    if (instruction.name === "FROM") {
      const words = splitWords(instruction.text, escape).map((word) => expandWord(word, lookup, escape));
      stages.push(readFrom(file, instruction, words, stages.length, lookup));
    } else if (stage) stage.instructions.push(instruction);
    else
      for (const [name, value] of readArguments(instruction, escape, lookup)) {
        const chosen = given[name] ?? value;
        if (chosen !== undefined) globals.set(name, chosen);
      }
  }
  return { stages, globals };
}

function readFrom(
  file: string,
  { line, text, flags }: Instruction,
  words: string[],
  index: number,
  lookup: (name: string) => string | undefined,
): Stage {
  const [from = "", as, name] = words;
  const wellFormed = words.length === 1 || (words.length === 3 && as?.toUpperCase() === "AS");
  if (!wellFormed) throw dockerfileError(file, line, `found FROM ${text}, expected FROM IMAGE [AS NAME]`);
  if (from === "") throw dockerfileError(file, line, `found FROM ${text}, which names no image once expanded`);
  const platform = flags["platform"] === undefined ? undefined : expandWord(flags["platform"], lookup);
  return { index, name: name?.toLowerCase(), from, platform, line, instructions: [] };
}

/** `ARG NAME`, `ARG NAME=default`, several at once: name and default, expanded. */
export function readArguments(
  { text }: Instruction,
  escape: string,
  lookup: (name: string) => string | undefined,
): [string, string | undefined][] {
  return splitWords(text, escape).map((word) => {
    const at = word.indexOf("=");
    return at === -1 ? [word, undefined] : [word.slice(0, at), expandWord(word.slice(at + 1), lookup, escape)];
  });
}

/** The stage that a name or a number means: one before `before`. */
export function findStage({ stages }: Stages, reference: string, before: number): Stage | undefined {
  const earlier = stages.slice(0, before);
  return (
    earlier.findLast(({ name }) => name === reference.toLowerCase()) ??
    (/^\d+$/.test(reference) ? earlier[Number(reference)] : undefined)
  );
}
