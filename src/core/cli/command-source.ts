import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Config } from "@oclif/core/config";

/** Where the commands are. */
export interface CommandSource {
  /** The folder of package.json. */
  root: string;
  /** True to read the commands from `src/commands` as they are, without the manifest of the release. */
  fromSource: boolean;
}

/**
 * Makes the commands known to oclif. The release reads its manifest and loads only the command that runs; from source
 * the same is had by looking for its file first. `words` are the words of the command line up to the first flag.
 */
export async function loadCommands(
  { root, fromSource }: CommandSource,
  words: readonly string[] = [],
): Promise<Config> {
  const pjson = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  if (!fromSource) return Config.load({ root, pjson, errorOnManifestCreate: true });
  const own = findCommandFile(join(root, "src/commands"), words);
  pjson.oclif.commands = {
    ...pjson.oclif.commands,
    target: "./src/commands",
    ...(own === undefined ? {} : { globPatterns: [own] }),
  };
  return Config.load({ root, pjson, ignoreManifest: true, errorOnManifestCreate: true });
}

/** The file of the longest command that the words start with, relative to the folder of commands. */
function findCommandFile(folder: string, words: readonly string[]): string | undefined {
  const plain = words.filter((word) => /^[a-z][a-z-]*$/.test(word));
  const files = plain.map((_, index) => `${plain.slice(0, plain.length - index).join("/")}.ts`);
  return files.find((file) => existsSync(join(folder, file)));
}

/** The manifest of the release: what oclif must know of every command to load only the one that runs. */
export async function describeCommands(root: string): Promise<unknown> {
  const config = await loadCommands({ root, fromSource: false });
  const plugin = config.plugins.get(config.name) as { manifest?: unknown } | undefined;
  return plugin?.manifest;
}
