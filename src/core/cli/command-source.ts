import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "@oclif/core/command";
import { Config } from "@oclif/core/config";
import type { BaseCommand } from "./base-command.ts";

type CommandClass = new (argv: string[], config: Config) => BaseCommand<unknown>;
type LoadCommand = () => Promise<{ default: CommandClass }>;

/** Where the commands are. */
export interface CommandSource {
  /** The folder of package.json. */
  root: string;
  /** The commands of the release by id (`scale:policy:add`); absent to read them from `src/commands` as they are. */
  commands?: Readonly<Record<string, LoadCommand>> | undefined;
}

/** The command that a line starts with. */
export interface FoundCommand {
  /** `scale:policy:add` */
  id: string;
  /** What of the line is not its name. */
  rest: string[];
  load: LoadCommand;
}

/** Finds the longest command that the line starts with: `scale policy add x` is `scale:policy:add` and `x`. */
export function findCommand(source: CommandSource, line: readonly string[]): FoundCommand | undefined {
  const stop = line.findIndex((word) => !/^[a-z][a-z:-]*$/.test(word));
  const words = line.slice(0, stop === -1 ? line.length : stop);
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(":");
    const load = findLoader(source, id);
    if (load) return { id, load, rest: line.slice(length) };
  }
  return undefined;
}

function findLoader({ root, commands }: CommandSource, id: string): LoadCommand | undefined {
  if (commands) return Object.hasOwn(commands, id) ? commands[id] : undefined;
  const file = join(root, "src/commands", `${id.replaceAll(":", "/")}.ts`);
  return existsSync(file) ? () => import(pathToFileURL(file).href) : undefined;
}

/** Without plugins there are no hooks. */
class LoneConfig extends Config {
  override runHook(): Promise<{ successes: []; failures: [] }> {
    return Promise.resolve({ successes: [], failures: [] });
  }
}

/**
 * Runs a command that was found. It gets an oclif configuration that knows nothing of the other commands: reading about
 * them, which is for help, would take longer than most commands.
 */
export async function runCommand({ id, load, rest }: FoundCommand, root: string): Promise<void> {
  const { default: Found } = await load();
  Object.assign(Found, { id });
  const config = Object.assign(new LoneConfig({ root }), { root, bin: "ecsctl", name: "ecsctl" });
  await new Found(rest, config).run();
}

/** Makes every command known to oclif: the release reads the manifest that the build wrote. */
export async function loadCommands({ root, commands }: CommandSource): Promise<Config> {
  const pjson = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  if (commands) return tellWhere(await Config.load({ root, pjson, errorOnManifestCreate: true }), commands);
  pjson.oclif.commands = { ...pjson.oclif.commands, target: "./src/commands" };
  return Config.load({ root, pjson, ignoreManifest: true, errorOnManifestCreate: true });
}

/** The manifest names files, which the release has put into one; help of some commands needs the command itself. */
function tellWhere(config: Config, commands: NonNullable<CommandSource["commands"]>): Config {
  for (const command of config.commands) {
    const load = commands[command.id];
    if (load)
      command.load = async () =>
        Object.assign((await load()).default, { id: command.id }) as CommandClass & Command.Class;
  }
  return config;
}

/** The manifest of the release: what oclif must know of every command to tell about it. */
export async function describeCommands(root: string): Promise<unknown> {
  const config = await loadCommands({ root });
  const plugin = config.plugins.get(config.name) as { manifest?: unknown } | undefined;
  return plugin?.manifest;
}
