import type { Context } from "../context.ts";
import { configError, usageError } from "../errors.ts";
import { runCommand } from "./engine-command.ts";

/** Container engines in the order in which `auto` asks them. */
export const engineNames = ["docker", "podman", "finch", "nerdctl", "buildah"] as const;
export type EngineName = (typeof engineNames)[number];
/** What `--engine` takes. */
export const engineChoices = ["auto", ...engineNames, "builtin"] as const;

/** An engine that does not answer within this time is not there. */
const answerMs = 10_000;

async function answers(name: EngineName, { signal, env }: Pick<Context, "signal" | "env">): Promise<boolean> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
  const args = name === "docker" ? ["info", "--format", "{{.ServerVersion}}"] : ["info"];
  try {
    return (await runCommand(name, args, { signal: limited, env })).code === 0;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/** The engine to build with: the one named, or the first that answers, or the builtin builder. */
export async function chooseEngine(
  context: Pick<Context, "signal" | "env">,
  wanted: string,
): Promise<EngineName | "builtin"> {
  if (wanted === "builtin") return wanted;
  if (wanted === "auto") {
    for (const name of engineNames) if (await answers(name, context)) return name;
    return "builtin";
  }
  const named = engineNames.find((name) => name === wanted);
  if (!named)
    throw usageError({
      code: "UnknownEngine",
      message: `--engine is ${JSON.stringify(wanted)}; expected one of ${engineChoices.join(", ")}.`,
    });
  if (await answers(named, context)) return named;
  throw configError({
    code: "EngineUnavailable",
    message: `The engine ${named} does not answer (\`${named} info\` failed).`,
    hint: `start ${named}, or build without an engine: ecsctl push --engine builtin`,
  });
}
