import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuntimeChoice } from "./choose-runtime.ts";

/** How a sandbox runs, whatever is in it. */
export interface Settings {
  /** World seconds a real second. */
  speed: number;
  runtime: RuntimeChoice;
}

const first: Settings = { speed: 1, runtime: "auto" };
const settingsFile = (dir: string): string => join(dir, "settings.json");

/**
 * What was asked for, and for the rest what this state directory's sandbox had the last time: a world in which an hour
 * took three minutes, or whose tasks were processes, goes on like that, whoever starts it again.
 */
export function recallSettings(
  dir: string,
  asked: { [Name in keyof Settings]?: Settings[Name] | undefined },
): Settings {
  const last = readSettings(dir);
  return { speed: asked.speed ?? last.speed, runtime: asked.runtime ?? last.runtime };
}

/** Writes the settings down for the next start. */
export function keepSettings(dir: string, settings: Settings): void {
  const temporary = `${settingsFile(dir)}.${process.pid}.new`;
  writeFileSync(temporary, `${JSON.stringify(settings)}\n`, { mode: 0o600 });
  renameSync(temporary, settingsFile(dir));
}

/** Something unreadable is as good as nothing. */
function readSettings(dir: string): Settings {
  try {
    const { speed, runtime } = JSON.parse(readFileSync(settingsFile(dir), "utf8")) as Partial<Settings>;
    return {
      speed: typeof speed === "number" && speed > 0 ? speed : first.speed,
      runtime: runtime === "docker" || runtime === "process" ? runtime : first.runtime,
    };
  } catch {
    return first;
  }
}
