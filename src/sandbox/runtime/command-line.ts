import path from "node:path";

/** What an image and a task definition say about the process to start. */
export interface CommandParts {
  entryPoint?: readonly string[] | undefined;
  command?: readonly string[] | undefined;
  config: { Entrypoint?: string[] | null; Cmd?: string[] | null };
}

/** The whole command line, as Docker puts it together: a new entry point forgets the image's `CMD`. */
export function commandLine({ entryPoint, command, config }: CommandParts): string[] {
  const entry = entryPoint ?? config.Entrypoint ?? [];
  const rest = command ?? (entryPoint ? [] : (config.Cmd ?? []));
  return [...entry, ...rest];
}

/** The words after `node` when that is what the command line comes down to; undefined otherwise. */
export function nodeArguments(argv: readonly string[]): string[] | undefined {
  const [first = "", ...rest] = argv;
  const program = path.basename(first);
  if (program === "node" || program === "nodejs") return rest;
  if (program === "docker-entrypoint.sh" || program === "tini" || program === "dumb-init")
    return nodeArguments(rest[0] === "--" ? rest.slice(1) : rest);
  if ((program === "sh" || program === "bash") && rest[0] === "-c") return nodeInShell(rest[1] ?? "");
  return undefined;
}

/** `exec node server.js` is understood; anything that needs a real shell is not. */
function nodeInShell(script: string): string[] | undefined {
  if (/[|&;<>()$`\\"'*?[\]#~\n]/.test(script)) return undefined;
  const words = script.trim().split(/\s+/);
  return nodeArguments(words[0] === "exec" ? words.slice(1) : words);
}
