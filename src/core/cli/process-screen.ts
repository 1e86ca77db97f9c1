import { isSet, openScreen, type Screen } from "../output/screen.ts";

/**
 * The screen of this process. Derived from the arguments and the environment each time, so that the error of a command
 * line that could not even be parsed still comes out as the user asked.
 */
export function currentScreen(argv: readonly string[] = process.argv.slice(2)): Screen {
  return openScreen({ json: wantsJson(argv), env: process.env, stdout: process.stdout, stderr: process.stderr });
}

function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const own = end === -1 ? argv : argv.slice(0, end);
  return own.includes("--json") || isSet(process.env["ECSCTL_JSON"]);
}
