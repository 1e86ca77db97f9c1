import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Where journals, reports and the sandbox's record live. Two state directories are two worlds. Not made here. */
export function stateDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const own = env["ECSCTL_STATE_DIR"];
  if (own) return resolve(own);
  const xdg = env["XDG_STATE_HOME"];
  return join(xdg || join(homedir(), ".local", "state"), "ecsctl");
}
