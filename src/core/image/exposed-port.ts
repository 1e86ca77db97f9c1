import { expandWord, splitWords, WordError } from "./dockerfile-words.ts";

/** What an image has so far. */
interface Stage {
  env: Map<string, string>;
  args: Map<string, string>;
  /** TCP ports, in the order in which EXPOSE names them. */
  ports: number[];
}

/**
 * The TCP port that the image of a Dockerfile exposes first: of its last stage, and of the stages that this one is
 * made from. Undefined when it exposes none (a base image may), or says it by a value that the file does not have.
 */
export function readExposed(dockerfile: string): number | undefined {
  const global: Stage = { env: new Map(), args: new Map(), ports: [] };
  const stages = new Map<string, Stage>();
  const { escape, instructions } = readInstructions(dockerfile);
  let stage: Stage | undefined;
  for (const { name, text } of instructions) {
    const words = splitWords(text, escape);
    if (name === "FROM") stage = beginStage(words, stages, global, escape);
    else if (name === "ARG") noteArguments(words, stage, global, escape);
    else if (name === "ENV" && stage) noteEnvironment(words, text, stage, escape);
    else if (name === "EXPOSE" && stage) notePorts(words, stage, escape);
  }
  return stage?.ports[0];
}

/** Instructions without comments and here-documents, continued lines joined. What is wrong in them is `push`'s to say. */
function readInstructions(text: string): { escape: string; instructions: { name: string; text: string }[] } {
  const source = text.replace(/^\uFEFF/, "");
  const escape = /^(?:\s*#.*\n)*?\s*#\s*escape\s*=\s*`/i.test(source) ? "`" : "\\";
  const instructions: { name: string; text: string }[] = [];
  let open = "";
  let ends: string[] = [];
  for (const line of source.split(/\r?\n/)) {
    if (ends.length > 0) {
      if (line.trim() === ends[0]) ends = ends.slice(1);
      continue;
    }
    if (/^\s*(#|$)/.test(line)) continue;
    const whole = open + line;
    open = whole.trimEnd().endsWith(escape) ? `${whole.trimEnd().slice(0, -1)} ` : "";
    const [, name = "", rest = ""] = /^\s*([A-Za-z]+)\s+(.*)$/.exec(whole) ?? [];
    if (open !== "" || name === "") continue;
    instructions.push({ name: name.toUpperCase(), text: rest.trim() });
    if (/^(RUN|COPY|ADD)$/i.test(name)) ends = [...rest.matchAll(/<<-?(["']?)(\w+)\1/g)].map(([, , end = ""]) => end);
  }
  return { escape, instructions };
}

/** The value of a word, undefined for one that cannot be read. */
function expand(word: string, { env, args }: Stage, escape: string): string | undefined {
  try {
    return expandWord(word, (name) => env.get(name) ?? args.get(name), escape);
  } catch (error) {
    if (error instanceof WordError) return undefined;
    throw error;
  }
}

/** `[--platform=…] IMAGE [AS NAME]`: a stage made from another one has what that exposes and sets. */
function beginStage(words: readonly string[], stages: Map<string, Stage>, global: Stage, escape: string): Stage {
  const [image = "", , name] = words.filter((word) => !word.startsWith("--"));
  const base = stages.get(expand(image, global, escape)?.toLowerCase() ?? "");
  const stage: Stage = { env: new Map(base?.env), args: new Map(), ports: [...(base?.ports ?? [])] };
  if (name !== undefined) stages.set(name.toLowerCase(), stage);
  return stage;
}

/** An ARG before the first FROM counts in a stage only when the stage names it again. */
function noteArguments(words: readonly string[], stage: Stage | undefined, global: Stage, escape: string): void {
  for (const word of words) {
    const [, name = "", value] = /^(\w+)(?:=(.*))?$/s.exec(word) ?? [];
    const given = value === undefined ? global.args.get(name) : expand(value, stage ?? global, escape);
    if (given !== undefined) (stage ?? global).args.set(name, given);
  }
}

/** `PORT=80 OTHER=x`, or the old form `PORT 80`. */
function noteEnvironment(words: readonly string[], text: string, stage: Stage, escape: string): void {
  const [, old = "", rest = ""] = /^(\w+)\s+(.*)$/.exec(text) ?? [];
  const pairs = old === "" ? words.map((word) => /^(\w+)=(.*)$/s.exec(word)) : [[text, old, rest]];
  const read = pairs.map((pair) => [pair?.[1] ?? "", expand(pair?.[2] ?? "", stage, escape) ?? ""] as const);
  for (const [name, value] of read) stage.env.set(name, value);
}

/** `8080`, `8080/tcp`, `8000-8010`: a load balancer of HTTP has no use for udp. */
function notePorts(words: readonly string[], stage: Stage, escape: string): void {
  for (const word of words) {
    const [, first = ""] = /^(\d+)(?:-\d+)?(?:\/tcp)?$/i.exec(expand(word, stage, escape) ?? "") ?? [];
    if (Number(first) >= 1 && Number(first) <= 65_535) stage.ports.push(Number(first));
  }
}
