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

/** Makes the commands known to oclif. The release reads its manifest and loads only the command that runs. */
export async function loadCommands({ root, fromSource }: CommandSource): Promise<Config> {
  const pjson = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  if (fromSource) pjson.oclif.commands = { ...pjson.oclif.commands, target: "./src/commands" };
  return Config.load({ root, pjson, ignoreManifest: fromSource, errorOnManifestCreate: true });
}

/** The manifest of the release: what oclif must know of every command to load only the one that runs. */
export async function describeCommands(root: string): Promise<unknown> {
  const config = await loadCommands({ root, fromSource: false });
  const plugin = config.plugins.get(config.name) as { manifest?: unknown } | undefined;
  return plugin?.manifest;
}
