import { spawn } from "node:child_process";
import { once } from "node:events";
import { usageError } from "../errors.ts";

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["explorer"],
};

/** Shows an http(s) address in the user's browser and does not wait for it. Throws when there is nothing to open it with. */
export async function openInBrowser(url: string): Promise<void> {
  const [program, ...rest] = openers[process.platform] ?? ["xdg-open"];
  const child = spawn(program, [...rest, url], { stdio: "ignore", detached: true });
  try {
    await once(child, "spawn");
  } catch (error) {
    throw usageError({
      code: "NoBrowser",
      message: `${program} is not here to open ${url}.`,
      hint: `Open it yourself: ${url}`,
      cause: error,
    });
  }
  child.unref();
}
