import { dockerfileError } from "./dockerfile-lines.ts";
import { splitWords } from "./dockerfile-words.ts";
import type { Instruction, Keyword } from "./dockerfile.ts";
import { expand, expandWords, resolveInImage, type StageState } from "./stage-state.ts";

type Apply = (state: StageState, instruction: Instruction) => void;

/** `NAME=value …`, or the old `NAME the rest`. */
function readPairs(state: StageState, instruction: Instruction): [string, string][] {
  const words = splitWords(instruction.text, state.escape);
  if (!words[0]?.includes("=")) {
    const [, name = "", value = ""] = /^(\S+)\s+(.*)$/s.exec(instruction.text) ?? [];
    if (name === "")
      throw dockerfileError(
        state.file,
        instruction.line,
        `found ${instruction.name} ${instruction.text}, expected NAME=VALUE`,
      );
    return [[name, expand(state, instruction, value)]];
  }
  return words.map((word) => {
    const at = word.indexOf("=");
    if (at <= 0)
      throw dockerfileError(state.file, instruction.line, `found ${JSON.stringify(word)}, expected NAME=VALUE`);
    return [expand(state, instruction, word.slice(0, at)), expand(state, instruction, word.slice(at + 1))];
  });
}

const setEnvironment: Apply = (state, instruction) => {
  // All values see the variables as they were before this instruction.
  for (const [name, value] of readPairs(state, instruction)) state.env.set(name, value);
  state.config.Env = [...state.env].map(([name, value]) => `${name}=${value}`);
};

const setLabels: Apply = (state, instruction) => {
  state.config.Labels = { ...state.config.Labels, ...Object.fromEntries(readPairs(state, instruction)) };
};

/** `80`, `80/udp`, `8000-8003`. */
const expose: Apply = (state, instruction) => {
  for (const word of expandWords(state, instruction)) {
    const match = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i.exec(word);
    const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (!match || first < 1 || last > 65535 || last < first)
      throw dockerfileError(state.file, instruction.line, `found port ${JSON.stringify(word)}, expected 1 to 65535`);
    for (let port = first; port <= last; port++)
      state.config.ExposedPorts = {
        ...state.config.ExposedPorts,
        [`${port}/${(match[3] ?? "tcp").toLowerCase()}`]: {},
      };
  }
};

/** The exec form as it is; the shell form through the image's shell. */
function commandOf(state: StageState, { json, text }: Instruction): string[] {
  return json ?? [...(state.config.Shell ?? ["/bin/sh", "-c"]), text];
}

const setCommand: Apply = (state, instruction) => {
  state.config.Cmd = commandOf(state, instruction);
  state.ownCommand = true;
};

/** A new entry point forgets the CMD of the base image. */
const setEntryPoint: Apply = (state, instruction) => {
  state.config.Entrypoint = commandOf(state, instruction);
  if (!state.ownCommand) delete state.config.Cmd;
};

const setWorkingDirectory: Apply = (state, instruction) => {
  const target = resolveInImage(state, expand(state, instruction, instruction.text));
  state.config.WorkingDir = target === "/" ? "/" : target.replace(/\/$/, "");
};

const setShell: Apply = (state, instruction) => {
  if (!instruction.json?.length)
    throw dockerfileError(state.file, instruction.line, `found SHELL ${instruction.text}, expected a JSON array`);
  state.config.Shell = instruction.json;
};

const addVolumes: Apply = (state, instruction) => {
  for (const volume of expandWords(state, instruction))
    state.config.Volumes = { ...state.config.Volumes, [volume]: {} };
};

const unitNs: Record<string, number> = { ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** `1m30s` in nanoseconds. */
function readDuration(state: StageState, { line }: Instruction, flag: string, text: string | undefined) {
  if (text === undefined) return {};
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text)
    throw dockerfileError(state.file, line, `found ${JSON.stringify(text)}, expected a duration like 30s`);
  return { [flag]: parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitNs[unit ?? ""] ?? 0), 0) };
}

const setHealthCheck: Apply = (state, instruction) => {
  const { text, flags } = instruction;
  if (text.toUpperCase() === "NONE") {
    state.config.Healthcheck = { Test: ["NONE"] };
    return;
  }
  const command = /^CMD\s+(.+)$/is.exec(text)?.[1];
  if (command === undefined)
    throw dockerfileError(state.file, instruction.line, `found HEALTHCHECK ${text}, expected CMD or NONE`);
  const exec = command.startsWith("[") ? (JSON.parse(command) as string[]) : undefined;
  state.config.Healthcheck = {
    Test: exec ? ["CMD", ...exec] : ["CMD-SHELL", command],
    ...readDuration(state, instruction, "Interval", flags["interval"]),
    ...readDuration(state, instruction, "Timeout", flags["timeout"]),
    ...readDuration(state, instruction, "StartPeriod", flags["start-period"]),
    ...(flags["retries"] === undefined ? {} : { Retries: Number(flags["retries"]) }),
  };
};

/** The instructions that change only what the image says about itself. */
export const metadataInstructions: Partial<Record<Keyword, Apply>> = {
  CMD: setCommand,
  ENTRYPOINT: setEntryPoint,
  ENV: setEnvironment,
  EXPOSE: expose,
  HEALTHCHECK: setHealthCheck,
  LABEL: setLabels,
  SHELL: setShell,
  VOLUME: addVolumes,
  WORKDIR: setWorkingDirectory,
  USER: (state, instruction) => {
    state.config.User = expand(state, instruction, instruction.text);
  },
  STOPSIGNAL: (state, instruction) => {
    state.config.StopSignal = expand(state, instruction, instruction.text);
  },
  ONBUILD: (state, { text }) => {
    state.config.OnBuild = [...(state.config.OnBuild ?? []), text];
  },
  MAINTAINER: (state, { text }) => {
    state.image.author = text;
  },
};
